"""The corpus: each awkward file loads exactly or is refused with its cause, and harms nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import TableError
from tests.core.tables.corpus_sample import Refused, Sample
from tests.core.tables.corpus_texts import TEXTS
from tests.core.tables.corpus_workbooks import WORKBOOKS
from tests.core.tables.corpus_zips import ZIPS
from tests.core.tables.reading import read_by_child

CORPUS: dict[str, Sample] = TEXTS | WORKBOOKS | ZIPS
MAY_GROW = 100 * 1024
"""kB, of this process while a child reads for it."""


@contextmanager
def harmless() -> Iterator[None]:
    """Fail where this process grows by too much meanwhile, or is left with a child.

    Linux alone tells both, and forgets the former peak of a process that asks for it.
    """
    if sys.platform != "linux":
        yield
        return
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    children = _children()
    yield
    assert _status("VmHWM") - before < MAY_GROW
    assert _children() == children


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _children() -> set[str]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len(CORPUS) == len(TEXTS) + len(WORKBOOKS) + len(ZIPS) >= 60


@pytest.mark.parametrize("name", CORPUS)
def test_an_awkward_file_loads_exactly_or_says_why_not(tmp_path: Path, name: str) -> None:
    sample = CORPUS[name]
    path = sample.make(tmp_path)
    with harmless():
        if isinstance(sample.outcome, Refused):
            with pytest.raises(TableError, match=sample.outcome.sentence):
                read_by_child(path, sample.options)
        else:
            sample.outcome.check(read_by_child(path, sample.options))

"""Results are read in the order of their requests, and every line of them is read."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.jobs.arrived import arrived, read_line
from claude_batch_desk.core.report import Cancelled, silent

PREFIX, REQUESTS = "k3f9a0b1-2-", range(3, 33)


def line(custom_id: str, text: str = "") -> bytes:
    return orjson.dumps({"custom_id": custom_id, "result": {"text": text}}) + b"\n"


def in_order(folder: Path, lines: list[bytes]) -> list[bytes]:
    """The lines as they are given; what is given as a result has to be that of its line."""
    path = folder / "results.jsonl"
    path.write_bytes(b"".join(lines))
    with arrived(path, PREFIX, REQUESTS, silent) as found:
        given = [*found.in_order()]
        for number, request, result in given:
            if result:
                assert read_line(found.line(number)) == (f"{PREFIX}{request}", result)
        return [found.line(number) for number, _, _ in given]


@given(numbers=st.permutations(REQUESTS))
def test_lines_come_in_the_order_of_their_requests(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int]
) -> None:
    lines = [line(f"{PREFIX}{number}") for number in numbers]
    found = in_order(tmp_path_factory.mktemp("arrived"), lines)
    assert found == [line(f"{PREFIX}{number}") for number in REQUESTS]


@given(
    lines=st.lists(
        st.binary(max_size=20).map(lambda some: some.replace(b"\n", b"") + b"\n")
        | st.integers(1, 8).map(lambda number: line(f"{PREFIX}{number}"))
        | st.integers(0, 10**30).map(lambda number: line(f"{PREFIX}{number}"))
        | st.sampled_from([line("nobody-sent-this"), b"\n", line(f"{PREFIX}1", "\u2028 \\n")])
    ),
    cut=st.sampled_from([b"", b'{"custom_id":"k3f9a0b1-2-3","resu']),
)
def test_no_line_is_lost_or_changed_whatever_came(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], cut: bytes
) -> None:
    found = in_order(tmp_path_factory.mktemp("arrived"), [*lines, cut])
    assert sorted(found) == sorted(each for each in [*lines, cut] if each)


def test_of_three_results_for_a_request_the_first_is_there_first(tmp_path: Path) -> None:
    lines = [line(f"{PREFIX}7", text) for text in ("first", "second", "third")]
    found = in_order(tmp_path, [line(f"{PREFIX}9"), *lines, line(f"{PREFIX}4")])
    assert found == [line(f"{PREFIX}4"), lines[0], line(f"{PREFIX}9"), *lines[1:]]


def test_a_request_that_the_part_does_not_have_comes_last(tmp_path: Path) -> None:
    others = [line(f"{PREFIX}2"), line(f"{PREFIX}33"), line(f"{PREFIX}{10**17}")]
    found = in_order(tmp_path, [*others, line(f"{PREFIX}32"), line(f"{PREFIX}3")])
    assert found == [line(f"{PREFIX}3"), line(f"{PREFIX}32"), *others]


def test_results_that_are_not_ours_come_last(tmp_path: Path) -> None:
    others = [line("k3f9a0b1-1-0"), b"{}\n", line("x")]
    assert in_order(tmp_path, [*others, line(f"{PREFIX}4")]) == [line(f"{PREFIX}4"), *others]


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    assert in_order(tmp_path, []) == []


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    path = tmp_path / "results.jsonl"
    path.write_bytes(line(f"{PREFIX}0"))
    with pytest.raises(Cancelled), arrived(path, PREFIX, REQUESTS, stop):
        pass


def test_half_a_character_does_not_hide_a_result() -> None:
    read = read_line(b'{"custom_id":"a","result":{"text":"caf\\ud83d"}}\n')
    assert read == ("a", '{"text":"caf\ufffd"}'.encode())


@pytest.mark.parametrize(
    "cut",
    [b"", b"\n", b'{"custom_id":"a","result":{"te', b'{"custom_id":"a"}', b"[" * 9_999, b"[]"],
)
def test_what_is_no_result_is_left_out(cut: bytes) -> None:
    assert read_line(cut) is None

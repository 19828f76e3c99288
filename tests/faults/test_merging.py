"""Results shuffled, doubled, left out and foreign, ten thousand times: each row has its own."""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest

from claude_batch_desk.core.jobs.collecting import collect
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.spool import custom_id_for
from tests.faults.conftest import MODEL, Tally

CASES = 10_000
MOST = 8
"""Requests of a case."""
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a case writes five times, and a disk takes its time
pytestmark = pytest.mark.timeout(1_200)


class Told(Gateway):
    """One whose results are what a test says."""

    said = b""

    def fetch_results(self, batch_id: str, to: Path, report: Report) -> None:
        to.write_bytes(self.said)


@dataclass(frozen=True)
class Case:
    """One part, the lines its results are made of, and which requests they answer."""

    part: Part
    lines: tuple[bytes, ...]
    answered: frozenset[int]
    strays: frozenset[str]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    quick = str(_IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else tmp_path)
    with TemporaryDirectory(dir=quick) as home:
        yield Stores.open(Path(home))


@pytest.fixture
def job(stores: Stores) -> Job:
    recipe = Recipe(prompt=Template("Say {{Text}}"), model=MODEL)
    return stores.jobs.job(stores.jobs.add("Merged", "practice", recipe))


def line(custom_id: str, text: str) -> bytes:
    usage = {"input_tokens": 9, "output_tokens": 3}
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "usage": usage,
    }
    result = {"type": "succeeded", "message": message}
    return orjson.dumps(
        {"custom_id": custom_id, "result": result}, option=orjson.OPT_APPEND_NEWLINE
    )


def foreign_id(chance: random.Random, token: str, part: Part) -> str:
    """An id that looks like one of this part's, but is none."""
    number = part.first_request + chance.randrange(part.requests)
    ours = custom_id_for(token, part.number, number)
    return chance.choice(
        [
            custom_id_for(token, part.number + 1, number),
            custom_id_for(token, part.number, part.last_request + 1),
            custom_id_for("deadbeef", part.number, number),
            f"{ours}x",
            f"x{ours}",
            ours.replace("-", "_"),
            ours[:-1] + "²",
            str(number),
            "",
        ]
    )


def make(chance: random.Random, token: str, number: int) -> Case:
    first, requests = number * MOST, chance.randint(1, MOST)
    part = Part(
        number,
        "ended",
        requests,
        0,
        first_request=first,
        last_request=first + requests - 1,
        batch_id=f"msgbatch_{number}",
    )
    asked = range(first, first + requests)
    answered = [each for each in asked if chance.random() < 0.8]
    doubled = [each for each in answered if chance.random() < 0.2]
    strays = {foreign_id(chance, token, part) for _ in range(chance.choice((0, 0, 1, 3)))}
    lines = [line(custom_id_for(token, number, each), f"of {each}") for each in answered + doubled]
    lines += [line(stray, "of nobody") for stray in sorted(strays)]
    lines += [b"\n", b"not JSON\n", b'{"custom_id":7}\n', b"[]\n"][: chance.randrange(5)]
    chance.shuffle(lines)
    return Case(part, tuple(lines), frozenset(answered), frozenset(strays))


def test_in_10_000_cases_every_row_has_its_own_answer_or_none(
    stores: Stores, job: Job, tally: Tally
) -> None:
    chance = random.Random(10_000)  # noqa: S311 - no secret
    token, prices = stores.jobs.token(job.id), PriceBook()
    gateway = Told("key", "http://127.0.0.1:9")
    check = checker(stores, job)
    rows = 0
    for number in range(1, CASES + 1):
        case = make(chance, token, number)
        gateway.said = b"".join(case.lines)
        collect(stores, gateway, prices, job, case.part, silent)
        check(case)
        rows += case.part.requests
    bills = stores.charges.bills(job.id, job.created_at)
    answered = sum(1 for _ in stores.answers.costs(job.id))
    assert sum(charge.requests for charge, _ in bills) == answered
    tally("R10", f"{CASES:,} shuffled, doubled, incomplete and foreign results of {rows:,} rows: "
                 "0 with another's answer")  # fmt: skip


def checker(stores: Stores, job: Job) -> Callable[[Case], None]:
    def check(case: Case) -> None:
        asked = range(case.part.first_request, case.part.first_request + MOST)
        found = stores.answers.answers(job.id, asked)
        assert {each: answer.text for each, answer in found.items()} == {
            each: f"of {each}" for each in case.answered
        }, case
        with stores.answers._database.read() as connection:
            kept = connection.execute(
                "SELECT custom_id FROM stray WHERE batch_id=?", (case.part.batch_id,)
            )
            assert {row["custom_id"] for row in kept} == case.strays, case

    return check

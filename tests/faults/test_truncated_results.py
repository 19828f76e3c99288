"""Results cut short at every line and at random bytes, in three ways: never done early."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from claude_batch_desk.core.jobs.advancing import Reach, advance
from claude_batch_desk.core.jobs.polling import PRACTICE
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.service.stub import Handler, Stub
from tests.faults.conftest import SENT, Tally

RANDOM_CUTS = 200
Ending = Callable[[Handler, bytes], None]
pytestmark = pytest.mark.timeout(1_200)


def ends_as_if_whole(handler: Handler, sent: bytes) -> None:
    handler.send_chunks([sent] if sent else [])


def is_reset(handler: Handler, sent: bytes) -> None:
    handler.send_chunks([sent] if sent else [], end=False)
    handler.reset()


def lacks_the_rest_of_a_chunk(handler: Handler, sent: bytes) -> None:
    handler.send_chunks([], end=False)
    handler.wfile.write(b"%x\r\n%b" % (len(sent) + 500, sent))


class ResultsElsewhere(Gateway):
    """The Practice service, but for results, which come from a stub."""

    def __init__(self, url: str, elsewhere: Gateway) -> None:
        super().__init__(PRACTICE_KEY, url)
        self._elsewhere = elsewhere

    def fetch_results(self, batch_id: str, to: Path, report: Report) -> None:
        self._elsewhere.fetch_results(batch_id, to, report)


@dataclass(frozen=True)
class Bench:
    """A folder whose only job has ended at the service, and the stub that tells its results."""

    home: Path
    stub: Stub
    reach: Reach
    whole: bytes

    def look(self, stores: Stores, ending: Ending, sent: bytes) -> bool:
        """Look once, and tell whether the job is done."""
        self.stub.answer = lambda handler: ending(handler, sent)
        advance(stores, self.reach, 1, silent)
        return stores.jobs.job(1).state == "done"

    def copy(self, to: Path) -> Stores:
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(self.home, to)
        return Stores.open(to)


@pytest.fixture
def bench(prepared: Path, service: PracticeService, tmp_path: Path) -> Iterator[Bench]:
    service.set_faults("results-500")
    with Session(prepared, practice_url=service.base_url) as session:
        job = session.desk.send(1, None, silent)
        while job.parts[0].state != "ended":
            job = session.desk.advance(1, silent)
    service.set_faults()
    with Stub() as stub:
        elsewhere = Gateway(PRACTICE_KEY, stub.base_url)
        gateway = ResultsElsewhere(service.base_url, elsewhere)
        fetched = tmp_path / "whole.jsonl"
        Gateway.fetch_results(gateway, job.parts[0].batch_id, fetched, silent)
        yield Bench(prepared, stub, Reach(gateway, PriceBook(), PRACTICE), fetched.read_bytes())
        gateway.close()
        elsewhere.close()


def whole_lines(sent: bytes) -> int:
    count = 0
    for line in sent.split(b"\n"):
        with suppress(ValueError):
            orjson.loads(line)
            count += 1
    return count


def kept(stores: Stores) -> dict[int, bytes]:
    found = stores.answers.answers(1, range(20))
    return {number: orjson.dumps(answer.raw) for number, answer in found.items()}


def billed(stores: Stores) -> tuple[int, Decimal]:
    job = stores.jobs.job(1)
    bills = stores.charges.bills(1, job.created_at)
    return sum(charge.requests for charge, _ in bills), sum((b.total for _, b in bills), Decimal(0))


@pytest.mark.parametrize("ending", [ends_as_if_whole, is_reset, lacks_the_rest_of_a_chunk])
def test_results_cut_anywhere_are_never_taken_for_all_and_come_with_the_next_look(
    bench: Bench, service: PracticeService, tmp_path: Path, tally: Tally, ending: Ending
) -> None:
    right = bench.copy(tmp_path / "right")
    assert bench.look(right, ends_as_if_whole, bench.whole)
    answers, bill = kept(right), billed(right)
    size = len(bench.whole)
    lines = [at + 1 for at in range(size) if bench.whole[at : at + 1] == b"\n"]
    assert len(lines) == SENT
    chance = random.Random(200)  # noqa: S311 - no secret
    cuts = [*lines, *(chance.randrange(size) for _ in range(RANDOM_CUTS))]
    for cut in cuts:
        stores, sent = bench.copy(tmp_path / "cut"), bench.whole[:cut]
        before, came = len(kept(stores)), whole_lines(sent)
        bench.stub.asked.clear()
        early = bench.look(stores, ending, sent)
        here = kept(stores)
        assert here.items() <= answers.items(), cut
        assert early <= (came == SENT), cut
        assert ending is is_reset or len(here) == before + came, cut
        assert early or bench.look(stores, ends_as_if_whole, bench.whole), cut
        assert (kept(stores), billed(stores)) == (answers, bill), cut
        missing = len(here) < before + SENT
        assert len(bench.stub.asked) == 1 + missing, cut
        # Nobody asks again for what is here.
        assert bench.look(stores, ends_as_if_whole, bench.whole), cut
        assert len(bench.stub.asked) == 1 + missing, cut
    ledger = service.ledger(PRACTICE_KEY)
    assert (ledger.requests, ledger.ids_again) == (SENT, 0)
    tally("R5", f"results whose stream {ending.__name__.replace('_', ' ')} at {len(cuts)} places: "
                "0 done early, 0 rows lost")  # fmt: skip

"""A desk that answers at once from memory, with the signatures of the real one."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from claude_batch_desk.core.catalogue import OfferedModel, bundled_models
from claude_batch_desk.core.jobs.advising import Advice
from claude_batch_desk.core.jobs.contents import EVERYTHING, Contents
from claude_batch_desk.core.jobs.estimating import Early, unseen
from claude_batch_desk.core.jobs.job import Job, JobRow, Mode, Part, TriedRow, Way
from claude_batch_desk.core.jobs.money.budgets import Allowance
from claude_batch_desk.core.jobs.progress import CallsNow
from claude_batch_desk.core.jobs.rows.selection import RowsChosen, Selection, choose_rows
from claude_batch_desk.core.jobs.timing.advice import TimeAdvice
from claude_batch_desk.core.jobs.timing.history import History
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.jobs.timing.verbs import Timing
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.pricing.comparing import Comparison
from claude_batch_desk.core.pricing.estimate import DocumentPrices, Estimate, Range
from claude_batch_desk.core.pricing.reckoning import Reckoning
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.prompts.versions import Version, Why
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer, Outcome
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.original.original import Forecast
from claude_batch_desk.core.tables.table import Reading, Row, Table
from tests.choices import plain_choices
from tests.core.jobs.rows_in_memory import MemoryRows

COLUMNS = ("Ticket", "Customer", "Message")
MESSAGES = (
    "My order 00123 never arrived & I want my money back.",
    "Die Rechnung ist doppelt abgebucht worden.",
    "How do I change my password?\nI tried <b>everything</b>.",
    "Thanks, all good now 😀",
    "The app crashes when I open the camera on my phone. " * 6,
)
RECIPE = Recipe(
    name="Sort tickets",
    instructions="You sort customer messages. Answer from the message alone.",
    prompt=Template("Message of {{Customer}}:\n<message>\n{{Message}}\n</message>"),
    fields=(
        OutputField(
            "Category", "choice", plain_choices("delivery", "billing", "account", "praise", "bug")
        ),
        OutputField("Summary", "text", description="One sentence in English"),
    ),
    model="claude-haiku-5-5",
)


def ticket_rows(count: int) -> list[Row]:
    return [
        (f"{number:05}", f"Customer {number}", MESSAGES[number % len(MESSAGES)])
        for number in range(count)
    ]


def make_table(columns: Sequence[str] = COLUMNS, rows: Sequence[Row] | None = None) -> Table:
    kept = ticket_rows(600) if rows is None else rows
    return Table(
        id=1,
        name="support-tickets.csv",
        columns=tuple(columns),
        row_count=len(kept),
        rows=MemoryRows(kept),
        reading=Reading("delimited", "utf-8", delimiter=","),
        sha256="0" * 64,
    )


def make_job(**changes: object) -> Job:
    job = Job(
        id=1,
        name="Support tickets",
        mode="practice",
        state="draft",
        recipe=RECIPE,
        table_id=1,
        created_at=datetime.now(UTC),
    )
    return replace(job, **changes)  # type: ignore[arg-type] # tests name fields of Job


def make_range(expected: str) -> Range:
    middle = Decimal(expected)
    return Range(middle * Decimal("0.9"), middle, middle * Decimal("1.2"), middle * 4)


def make_estimate(rows: int = 600, *, tried: int = 5) -> Estimate:
    return Estimate(
        model="claude-haiku-5-5",
        rows=rows,
        requests=rows - 20,
        batch=make_range("0.31"),
        now=make_range("0.62"),
        input_tokens=rows * 120,
        output_tokens=rows * 40,
        counted=50,
        tried=tried,
        prices_date="2026-11-20",
    )


def make_answer(outcome: Outcome = "answered", *values: str, reason: str = "") -> Answer:
    return Answer(
        outcome,
        values or ("delivery", "The order never arrived."),
        reason,
        '{"category_1":"delivery"}',
        Usage(input=120, output=40) if outcome in {"answered", "review", "cut_off"} else None,
    )


def answer_for(number: int) -> Answer:
    kinds: dict[int, Answer] = {
        3: make_answer("review", "thanks", "All good.", reason="“thanks” is not an allowed value."),
        7: make_answer("errored", "", "", reason="The service was overloaded."),
        11: make_answer("refused", "", "", reason="The model declined to answer."),
    }
    return kinds.get(number % 40, make_answer())


class FakeDesk:
    """Records what it was asked; `hold` keeps the slow verbs waiting until `go` is set."""

    def __init__(self, job: Job | None = None, table: Table | None = None) -> None:
        self.now = job or make_job()
        self.kept_table = table or make_table()
        self.asked: list[str] = []
        self.failure: Exception | None = None
        self.next_estimate = make_estimate()
        self.early_estimates: list[Estimate] = []
        self.kept_history = History()
        self.next_advice = Advice(Comparison(), None)
        self.next_allowance = Allowance()
        self.next_calls: CallsNow | None = None
        self.tried_rows: list[TriedRow] = []
        self.kept_versions: list[Version] = []
        self.next_reckoning: Reckoning | None = None
        self.version_of: dict[int, int] = {}
        self.losses: tuple[str, ...] = ()
        """Of the prompt that answered a row, where it is not the job's own."""
        self.advanced_to: Job | None = None
        self.budget: Decimal | None = None
        self.way: Way = "batch"
        self.cache: CacheUse | None = None
        self.price = "0.00024"
        self.go = threading.Event()
        self.go.set()

    def _ask(self, verb: str, report: Report) -> None:
        self.asked.append(verb)
        while not self.go.wait(0.01):
            report(0, 1)
        if self.failure is not None:
            raise self.failure

    def reckoning(self, job_id: int, report: Report) -> Reckoning | None:
        del job_id
        report(0, 0)
        return self.next_reckoning

    def history(self, report: Report) -> History:
        report(0, 0)
        return self.kept_history

    def ways_in_time(
        self, need: Need, estimate: Estimate, history: History, now: datetime
    ) -> TimeAdvice:
        return Timing.ways_in_time(need, estimate, history, now)

    def estimate_documents(self, job_id: int, report: Report) -> DocumentPrices:
        del job_id
        self._ask("estimate_documents", report)
        as_file = replace(self.next_estimate, batch=make_range("4.20"))
        return DocumentPrices(as_file, replace(self.next_estimate, batch=make_range("1.10")))

    def save_draft(
        self,
        job_id: int,
        *,
        name: str | None = None,
        recipe: Recipe | None = None,
        table_id: int | None = None,
        selection: Selection | None = None,
        need: Need | None = None,
    ) -> Job:
        self.asked.append("save_draft")
        self.now = replace(self.now, recipe=recipe or self.now.recipe, need=need or self.now.need)
        return self.now

    def choose_rows(self, table_id: int, selection: Selection, report: Report) -> RowsChosen:
        self.asked.append("choose_rows")
        while not self.go.wait(0.01):
            report(0, 1)
        return choose_rows(self.kept_table, selection, report)

    def versions(self, job_id: int) -> list[Version]:
        return self.kept_versions

    def keep_version(self, job_id: int, why: Why, report: Report) -> Job:
        self.asked.append(f"keep_version {why}")
        number = len(self.kept_versions) + 1
        version = Version(number, self.now.recipe, datetime.now(UTC), why)
        self.kept_versions = [version, *self.kept_versions]
        return self.now

    def go_back(self, job_id: int, number: int, report: Report) -> Job:
        self.asked.append(f"go_back {number}")
        old = next(each for each in self.kept_versions if each.number == number)
        self.now = replace(self.now, recipe=old.recipe)
        return self.now

    def models(self, mode: Mode, report: Report) -> list[OfferedModel]:
        return list(bundled_models().values())

    def estimate(
        self,
        job_id: int,
        report: Report,
        *,
        early: Early = unseen,
    ) -> Estimate:
        for each in self.early_estimates:
            early(each)
        self._ask("estimate", report)
        return self.next_estimate

    def advise(self, job_id: int, estimate: Estimate, report: Report) -> Advice:
        self._ask("advise", report)
        return self.next_advice

    def answer_rows(self, numbers: Sequence[int], report: Report) -> list[TriedRow]:
        self._ask(f"try {len(numbers)}", report)
        cells = self.kept_table.rows
        new = [
            TriedRow(
                number,
                f"Message of Customer {number}",
                answer_for(number // 7),
                Decimal("0.00021"),
                cells=tuple(cells.window(number, 1)[0]),
            )
            for number in numbers
        ]
        self.tried_rows = [*self.tried_rows, *new]
        return new

    def send(
        self,
        job_id: int,
        budget: Decimal | None,
        report: Report,
        way: Way = "batch",
        cache: CacheUse | None = None,
    ) -> Job:
        self.budget, self.way, self.cache = budget, way, cache
        self._ask("send", report)
        self.now = sent_job(self.now)
        return self.now

    def allowance(self, job_id: int, report: Report) -> Allowance:
        return self.next_allowance

    def advance(self, job_id: int, report: Report) -> Job:
        self._ask("advance", report)
        self.now = self.advanced_to or replace(
            self.now, next_look=datetime.now(UTC) + timedelta(minutes=1)
        )
        return self.now

    def cancel(self, job_id: int, report: Report) -> Job:
        self._ask("cancel", report)
        return self.now

    def calls_now(self, job_id: int) -> CallsNow | None:
        return self.next_calls

    def pause(self, job_id: int, report: Report) -> Job:
        self._ask("pause", report)
        self.now = replace(self.now, paused=True, next_look=None)
        return self.now

    def go_on(self, job_id: int, report: Report) -> Job:
        self._ask("go on", report)
        self.now = replace(self.now, paused=False, next_look=datetime.now(UTC))
        return self.now

    def job(self, job_id: int) -> Job:
        return self.now

    def answers(self, job_id: int, first: int, count: int) -> list[JobRow]:
        rows = self.kept_table.rows.window(first, count)
        done = self.now.state == "done"
        return [
            JobRow(
                number,
                tuple(row),
                answer_for(number) if done else None,
                self.version_of.get(number, self.now.version),
            )
            for number, row in enumerate(rows, start=first)
        ]

    def rows_by_version(self, job_id: int, report: Report) -> Mapping[int, int]:
        counts = Counter(self.version_of.values())
        return {self.now.version: self.now.rows - counts.total(), **counts}

    def export(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Exported:
        self._ask("export versions" if contents.versions else "export", report)
        path.write_text("answers", encoding="utf-8")
        return Exported(path, self.now.rows, ("Two cells were guarded.",))

    def foresee_copy(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Forecast:
        self._ask("foresee copy", report)
        return Forecast(self.losses)

    def export_copy(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Exported:
        parts = (("versions", contents.versions), ("about", contents.about))
        self._ask(" ".join(["copy", *(name for name, wanted in parts if wanted)]), report)
        path.write_text("a copy", encoding="utf-8")
        return Exported(path, self.now.rows, ("The answers are in column D.",))


def sent_job(job: Job | None = None, **changes: object) -> Job:
    now = datetime.now(UTC)
    sent = replace(
        job or make_job(),
        state="waiting",
        rows=600,
        requests=580,
        sent_at=now - timedelta(minutes=12),
        estimate=make_estimate(),
        outcomes={"waiting": 600},
        parts=(
            Part(
                1,
                "sent",
                580,
                400_000,
                1,
                batch_id="msgbatch_1",
                created_at=now - timedelta(minutes=12),
                expires_at=now + timedelta(hours=23, minutes=48),
            ),
        ),
        next_look=now + timedelta(minutes=1),
    )
    return replace(sent, **changes)  # type: ignore[arg-type] # tests name fields of Job


def done_job(**changes: object) -> Job:
    finished = {
        "state": "done",
        "outcomes": {"answered": 555, "review": 15, "errored": 15, "refused": 15},
        "billed": Decimal("0.3241"),
        "ended_at": datetime.now(UTC),
        "next_look": None,
        **changes,
    }
    return sent_job(None, **finished)

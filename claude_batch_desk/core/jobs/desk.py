"""Desk: the verbs. Everything a person can do, with or without a window, is a method of this."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import (
    KeyRefused,
    StoreError,
)
from claude_batch_desk.core.jobs import advancing, estimating, freezing
from claude_batch_desk.core.jobs.advising import Advice, advise
from claude_batch_desk.core.jobs.again.rows import job_rows
from claude_batch_desk.core.jobs.again.seen import widened
from claude_batch_desk.core.jobs.answered import rows_by_version
from claude_batch_desk.core.jobs.checking import worst_first
from claude_batch_desk.core.jobs.contents import EVERYTHING, Contents
from claude_batch_desk.core.jobs.correcting.laying import LaidAnswers
from claude_batch_desk.core.jobs.drafted import Means
from claude_batch_desk.core.jobs.exports import Exports
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.increment.asking import Leaves
from claude_batch_desk.core.jobs.increment.earlier import check_followed
from claude_batch_desk.core.jobs.intake import sources
from claude_batch_desk.core.jobs.intake.changes import SourceChange, source_change
from claude_batch_desk.core.jobs.intake.pasting import take_in_text
from claude_batch_desk.core.jobs.job import (
    Job,
    JobRow,
    Mode,
    Order,
    TriedRow,
    Way,
)
from claude_batch_desk.core.jobs.money.budgets import check_named
from claude_batch_desk.core.jobs.money.settlement import calibration
from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.jobs.progress import CallsNow
from claude_batch_desk.core.jobs.quality.leaks import leak_concerns
from claude_batch_desk.core.jobs.rows.selection import (
    RowsChosen,
    Selection,
    choose_rows,
)
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.jobs.trials.alarming import alarms_of, as_concerns
from claude_batch_desk.core.jobs.trials.verbs import Trials
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.pricing.estimate import DocumentPrices, Estimate
from claude_batch_desk.core.prompts.checks import NotSendable
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.versions import Version, Why
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import check_target
from claude_batch_desk.core.results.original.original import Forecast
from claude_batch_desk.core.tables.table import ReadOptions, Table


class Desk:
    """One data folder and the ways to the service. Safe to use from several threads.

    Every method but the plain look-ups may take long: call it on a worker, with a Report.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stores = ground.stores
        self._trials = Trials(ground)
        self._exports = Exports(ground)

    # Tables

    def open_table(
        self,
        path: Path,
        options: ReadOptions,
        report: Report,
        *,
        preview: sources.Preview = sources.unseen,
    ) -> Table:
        """Take in a source file; raises TableError. `preview` gets the first rows beforehand."""
        return sources.take_in(self._stores, path, options, report, preview=preview)

    def open_text(self, text: str, report: Report) -> Table:
        """Take in a block of cells that was copied in a spreadsheet; raises TableError."""
        return take_in_text(self._stores, text, report)

    def table(self, table_id: int) -> Table:
        """A table that was taken in."""
        return self._stores.tables.table(table_id)

    def source_change(self, table: Table, report: Report) -> SourceChange | None:
        """How the file a table was read from differs now; None where it holds the same rows."""
        return source_change(table, report)

    def source_path(self, table: Table) -> Path | None:
        """The frozen copy a table was read from, to read it another way; None when it is gone."""
        return next(self._stores.sources.glob(f"{table.sha256}.*"), None)

    def choose_rows(self, table_id: int, selection: Selection, report: Report) -> RowsChosen:
        """How many rows of a table run; raises SelectionError where that cannot be told."""
        return choose_rows(self.table(table_id), selection, report)

    # Jobs

    def jobs(self, *, runs_again: bool = False) -> list[Job]:
        """All jobs, newest first; with `runs_again` also those that ask rows of one again."""
        return self._stores.jobs.jobs(runs_again=runs_again)

    def job(self, job_id: int) -> Job:
        """One job; raises StoreError where there is none of that number."""
        return self._stores.jobs.job(job_id)

    def new_job(self, name: str, mode: Mode, *, scratch: bool = False) -> Job:
        """A new draft; a scratch one is not listed and does not outlast the program."""
        return self.job(self._stores.jobs.add(name, mode, Recipe(), scratch=scratch))

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
        """Change what is given; of a job that was sent, only the name can change."""
        self._stores.jobs.save_draft(
            job_id, name=name, recipe=recipe, table_id=table_id, selection=selection, need=need
        )
        return self.job(job_id)

    def remove_job(self, job_id: int) -> None:
        """Forget a job with its answers; raises StoreError while some may still come.

        None will of a draft, of a finished job, of a Practice job that was canceled, and of any
        job so old that the service keeps nothing of it.
        """
        self._stores.jobs.remove(job_id)

    # Versions of the prompt

    def versions(self, job_id: int) -> list[Version]:
        """The states of the recipe that were tried, sent or kept, newest first."""
        return self._stores.versions.versions(job_id)

    def keep_version(self, job_id: int, why: Why, report: Report) -> Job:
        """Keep the recipe as it is; nothing happens where the newest version says the same."""
        report(0, 0)
        return self._ground.keep_version(self.job(job_id), why)

    def go_back(self, job_id: int, number: int, report: Report) -> Job:
        """Ask again what this version asked, as a new version; raises StoreError once sent."""
        report(0, 0)
        self._stores.versions.go_back(job_id, number)
        return self.job(job_id)

    # Models and money

    def models(self, mode: Mode, report: Report) -> list[OfferedModel]:
        """The models on offer, newest first; the bundled table where the service cannot tell."""
        return self._ground.models(mode, report)

    def model(self, job: Job, report: Report) -> OfferedModel:
        """The model a job's recipe names; raises RecipeError where it is not on offer."""
        return self._ground.model(job, report)

    def estimate(
        self, job_id: int, report: Report, *, early: estimating.Early = estimating.unseen
    ) -> Estimate:
        """What the job will cost; counts some rows at the service where that can be reached.

        `early` gets what can be said sooner: within a second of an edit, and again after a few
        counts.
        """
        job = self.job(job_id)
        found = self.price(job, report, early)
        alarms = as_concerns(alarms_of(job.recipe, self._trials.tried(job_id, report)))
        leaks = leak_concerns(self._stores.gold.columns(job_id), job.recipe)
        return replace(found, concerns=worst_first([*found.concerns, *alarms, *leaks]))

    def price(
        self, job: Job, report: Report, early: estimating.Early = estimating.unseen
    ) -> Estimate:
        """The estimate of a job alone, which may be another than the stored one."""
        ground, recipe = self._ground, job.recipe
        table, model = ground.table_of(job), self.model(job, report)
        history = self._stores.charges.history(job.mode)
        earlier = calibration(history, recipe.model, thinking=recipe.thinking)
        rows = Leaves(ground.stores, ground.memory, ground.doors.address(job.mode))
        means = Means(ground.counting(job), ground.prices, ground.memory, rows, earlier)
        found = estimating.estimate(means, job, table, model, report, early=early)
        return widened(found, self._stores, job)

    def estimate_documents(self, job_id: int, report: Report) -> DocumentPrices:
        """What the job will cost with its documents as files, and with their text."""
        job = self.job(job_id)
        return DocumentPrices(
            file=self.price(replace(job, recipe=replace(job.recipe, documents="file")), report),
            text=self.price(replace(job, recipe=replace(job.recipe, documents="text")), report),
        )

    def advise(self, job_id: int, estimate: Estimate, report: Report) -> Advice:
        """What helps to choose a model and the longest answer; `estimate` is the job's newest."""
        job = self.job(job_id)
        models = self.models(job.mode, report)
        return advise(job, estimate, models, self.tried(job_id), self._ground.prices)

    # Trying

    def tried(self, job_id: int) -> list[TriedRow]:
        """All rows tried with the recipe as it is now."""
        return self._trials.tried(job_id, silent)

    # Sending and watching

    def send(
        self,
        job_id: int,
        budget: Decimal | None,
        report: Report,
        way: Way = "batch",
        cache: CacheUse | None = None,
    ) -> Job:
        """Freeze the job, store the intent and post its parts, each once.

        One that is to be answered at once is left to `advance` from its first row on. With
        `cache` the instructions of a batch are cached. Raises BudgetExceeded where the
        ceiling is above `budget` (USD), which the person named for it, or does not fit into the
        budgets that hold for all, and whatever stands in the way before anything was sent; the job
        is a draft still then.
        """
        with self._ground.alone(job_id, report):
            job = self.job(job_id)
            if job.state != "draft":
                raise StoreError("This job was already sent. Nothing was sent again.")
            gateway, address = self._ground.door(job), self._ground.doors.address(job.mode)
            check_followed(self._stores, job, address)
            gateway.newest_batch()  # a wrong key or no network is found out while it is a draft
            estimate = self.estimate(job_id, report)
            price, budgets = estimate.price(way, cache), self._ground.budgets
            _check_concerns(estimate, way)
            check_named(price, budget)
            budgets.check_typed(job, price.ceiling, budget)
            model = self.model(job, report)
            order = Order(model, estimate, gateway.key_print, address, way, cache)
            with budgets.reserve(job, price.ceiling):
                self._ground.keep_version(job, "sent")
                freezing.freeze(self._stores, gateway, self._ground.prices, job, order, report)
            return self.job(job_id) if way == "now" else self._advance(job_id, report)

    def advance(self, job_id: int, report: Report) -> Job:
        """Look at the service once and do whatever that makes possible; see jobs.advancing."""
        job = self.job(job_id)
        if job.way == "now" and self._ground.is_busy(job_id):
            return job  # its calls are being made; that may take hours, and nothing is left to do
        with self._ground.alone(job_id, report):
            return self._advance(job_id, report)

    def _advance(self, job_id: int, report: Report) -> Job:
        job = self.job(job_id)
        if job.state in ("sending", "waiting"):
            try:
                gateway = self._ground.door(job)
            except KeyRefused:
                advancing.look_later(self._stores, job_id)
                raise
            ground = self._ground
            patience, uploads = ground.patience(job), ground.uploads
            tell = partial(ground.calls.__setitem__, job_id)
            reach = advancing.Reach(gateway, ground.prices, patience, uploads, tell)
            advancing.advance(self._stores, reach, job_id, report)
        return self.job(job_id)

    def calls_now(self, job_id: int) -> CallsNow | None:
        """How a job's immediate calls stood a moment ago; None where none were made yet."""
        return self._ground.calls.get(job_id)

    def pause(self, job_id: int, report: Report) -> Job:
        """Ask for no more answers of a job that is answered at once, until it goes on.

        What is being asked about is answered, kept and billed; work under way hears of it.
        """
        report(0, 0)
        self._stores.calls.pause(job_id)
        return self.job(job_id)

    def go_on(self, job_id: int, report: Report) -> Job:
        """Let a job that was stopped go on; its next look is due at once."""
        report(0, 0)
        self._stores.calls.go_on(job_id)
        return self.job(job_id)

    def cancel(self, job_id: int, report: Report) -> Job:
        """Ask the service to stop; what it has answered by then is kept and billed.

        What was never sent will not be, whatever becomes of this call; work that is under way
        hears of it too. A batch that is not proven to be ours is left alone.
        """
        self._stores.jobs.ask_to_cancel(job_id)
        with self._ground.alone(job_id, report):
            self._stores.jobs.ask_to_cancel(job_id)  # it may have been sent while this waited
            return self._advance(job_id, report)

    # Answers

    def answers(self, job_id: int, first: int, count: int) -> list[JobRow]:
        """The job's rows from the `first` on, in table order, with the answers that are here."""
        job, table = self._ground.ready(job_id)
        plan = self._ground.plan(job)
        numbers = plan.row_numbers[first : first + count]
        requests = plan.request_of_row[first : first + count]
        answers = LaidAnswers(self._stores, job).of_rows(numbers, requests)
        rows = rows_by_number(table, numbers)
        return [*job_rows(self._stores, job, rows, requests, answers)]

    def rows_by_version(self, job_id: int, report: Report) -> Mapping[int, int]:
        """How many rows each version of the prompt has answered, the newest first."""
        job = self.job(job_id)
        answered = self._stores.answers.versions(job_id)
        return rows_by_version(job, self._ground.plan(job), answered, report)

    def check_export(self, path: Path) -> None:
        """Raise ExportError where the file could not be written, before anything is spent."""
        check_target(path)

    def export(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Exported:
        """Write the rows with their answers, in the form of the name; raises ExportError."""
        written = self._exports.write(job_id, path, report, contents)
        self._exports.note(job_id, path, contents)
        return written

    def foresee_copy(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Forecast:
        """What is worth knowing before `export_copy` is done; raises ExportError."""
        return self._exports.foresee_copy(job_id, path, report, contents)

    def export_copy(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Exported:
        """Write a copy of the workbook the rows came from, with the answers in it.

        Its name ends in .xlsx, or in .xlsm to keep macros. Raises ExportError.
        """
        written = self._exports.write_copy(job_id, path, report, contents)
        self._exports.note(job_id, path, contents)
        return written


def _check_concerns(estimate: Estimate, way: Way) -> None:
    stops = [each for each in estimate.concerns if each.tone == "stop"]
    if stops and way == "batch":
        raise NotSendable(stops)

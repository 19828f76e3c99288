"""Drawing: which rows are tried, of those that run and can be sent."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import DocumentError, SelectionError
from claude_batch_desk.core.jobs.freezing import none_sendable
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.increment.asking import Leaves
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Prompted, prompted, rows_by_number
from claude_batch_desk.core.jobs.rows.selection import bind_prompt, selected_rows
from claude_batch_desk.core.jobs.tried_requests import Finder
from claude_batch_desk.core.jobs.weighing import Weights
from claude_batch_desk.core.prompts.request import Build, UnsentRequest, request_builder
from claude_batch_desk.core.prompts.template import BoundTemplate
from claude_batch_desk.core.quality.sampling import (
    MOST_TRIED,
    Candidates,
    Draw,
    Pick,
    longest,
    random_places,
    random_rows,
    spread,
)
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

_ENOUGH = 20_000
"""Of so many rows, taken at random, others are spread: more would not spread them better."""
_MOST_AT_ONCE = 256
_REPORT_EVERY = 1_000


@dataclass(frozen=True)
class Drawing:
    """A job whose rows are drawn."""

    ground: Ground
    job: Job
    table: Table
    model: OfferedModel

    @cached_property
    def build(self) -> Build:
        """Makes its requests."""
        documents = self.table.documents is not None
        return request_builder(self.job.recipe, self.model, documents=documents)

    @cached_property
    def bound(self) -> BoundTemplate:
        """Renders its rows."""
        return bind_prompt(self.job.recipe, self.table, self.job.selection)

    @cached_property
    def bought(self) -> Set[str]:
        """The requests that were tried, by their SHA-256."""
        return {trial.sha256 for trial in self.ground.stores.answers.trials(self.job.id)}

    def draw(self, wanted: Draw, report: Report) -> list[Pick]:
        """The rows to try, in table order; fewer than wanted where there are not so many.

        Raises SelectionError where chosen ones cannot be tried, and DocumentError where no row of
        the job can be sent.
        """
        if max(wanted.count, len(wanted.rows)) > MOST_TRIED:
            raise SelectionError(f"At most {MOST_TRIED} rows can be tried at once. Try fewer.")
        match wanted.how:
            case "random":
                picks = self._random(wanted, report)
            case "chosen":
                picks = self._chosen(wanted, report)
            case "longest" | "spread":
                picks = self._by_weight(wanted, report)
        return sorted(picks, key=lambda each: each.row)

    def asked(self, rows: Sequence[int]) -> list[Prompted]:
        """What these ascending rows are asked, as far as they can be sent."""
        found = prompted(self.table, array("I", rows), self.bound, self.build)
        return [each for each in found if not isinstance(each.request, UnsentRequest)]

    def _weigh(self, report: Report) -> Weights:
        leaves = Leaves(
            self.ground.stores, self.ground.memory, self.ground.doors.address(self.job.mode)
        )
        return leaves.weigh(self.job, self.table, self.model, report)

    def _to_be_sent(self, report: Report) -> "array[int]":
        """The rows that run, but for those whose answers are taken over from an earlier job."""
        if self.ground.stores.increments.since(self.job.id) is None:
            return selected_rows(self.table, self.job.selection, report)
        return self._weigh(report).row_numbers

    def _random(self, wanted: Draw, report: Report) -> list[Pick]:
        numbers = self._to_be_sent(report)
        if not numbers:
            return []
        order = (numbers[at] for at in random_places(len(numbers), wanted.seed))
        found = islice(self._sendable(order, wanted, report), wanted.count)
        return [Pick(row) for row in found]

    def _sendable(self, order: Iterator[int], wanted: Draw, report: Report) -> Iterator[int]:
        """Those of the rows that can be sent; raises DocumentError where there are none.

        Of fresh ones none twice, and none that was tried.
        """
        seen = set(self.bought) if wanted.fresh else None
        reason, any_sendable = "", False
        at_once = min(wanted.count, _MOST_AT_ONCE)
        while some := list(islice(order, at_once)):
            report(0, 0)
            rows = array("I", sorted(some))
            asked = {each.row: each for each in prompted(self.table, rows, self.bound, self.build)}
            for row in some:
                request = asked[row].request
                if isinstance(request, UnsentRequest):
                    reason = reason or request.reason
                    continue
                any_sendable = True
                if seen is None or request.sha256 not in seen:
                    yield row
                if seen is not None:
                    seen.add(request.sha256)
            if self.table.documents is None:  # a document takes long to be looked at
                at_once = min(at_once * 2, _MOST_AT_ONCE)
        if not any_sendable:
            raise none_sendable(reason)

    def _chosen(self, wanted: Draw, report: Report) -> list[Pick]:
        numbers = selected_rows(self.table, self.job.selection, report)
        rows = sorted(set(wanted.rows))
        for row in rows:
            place = bisect_left(numbers, row)
            if row >= self.table.row_count:
                raise SelectionError(
                    f"There is no row {row + 1:,}: the table has {self.table.row_count:,}. "
                    "Name other rows to try."
                )
            if place == len(numbers) or numbers[place] != row:
                raise SelectionError(
                    f"Row {row + 1:,} is not among the rows that run. "
                    "Name others, or let it run on the Data page."
                )
        asked = prompted(self.table, array("I", rows), self.bound, self.build)
        for each in asked:
            if isinstance(each.request, UnsentRequest):
                raise DocumentError(f"Row {each.row + 1:,} cannot be tried. {each.request.reason}")
        return [Pick(row, None) for row in rows]

    def _by_weight(self, wanted: Draw, report: Report) -> list[Pick]:
        """By what each request weighs, a request standing for all rows that ask it."""
        weights = self._weigh(report)
        gone = self._tried(weights) if wanted.fresh else frozenset()
        places = [at for at in range(len(weights.sizes)) if at not in gone]
        if wanted.how == "longest":
            return longest(self._candidates(weights, places), wanted.count)
        if len(places) > _ENOUGH:
            places = [places[at] for at in random_rows(len(places), _ENOUGH, wanted.seed, report)]
        of = self._candidates(weights, places, self._values(weights, places, wanted, report))
        twins = Counter(weights.request_of_row)
        number_of = {weights.first_rows[at]: weights.numbers[at] for at in places}
        return [
            Pick(each.row, (each.weight or 0) * twins[number_of[each.row]])
            for each in spread(of, wanted.count, wanted.seed)
        ]

    @staticmethod
    def _candidates(
        weights: Weights, places: Sequence[int], groups: Sequence[str] = ()
    ) -> Candidates:
        rows = [weights.first_rows[at] for at in places]
        return Candidates(rows, [weights.sizes[at] for at in places], groups)

    def _tried(self, weights: Weights) -> Set[int]:
        """The positions of what was tried."""
        finder = Finder(weights, self.build, documents=self.table.documents is not None)
        found = map(finder.position, self.ground.stores.answers.trials(self.job.id))
        return {at for at in found if at is not None}

    def _values(
        self, weights: Weights, places: Sequence[int], wanted: Draw, report: Report
    ) -> list[str]:
        """The cells of the column that rows are spread by; () for none."""
        if not wanted.column:
            return []
        if wanted.column not in self.table.columns:
            raise SelectionError(
                f"The table has no column “{wanted.column}” (any more). Choose another one."
            )
        place = self.table.columns.index(wanted.column)
        rows = array("I", [weights.first_rows[at] for at in places])
        cells = list[str]()
        for done, (_, row) in enumerate(rows_by_number(self.table, rows)):
            if done % _REPORT_EVERY == 0:
                report(done, len(rows))
            cells.append(" ".join(row[place].split()).casefold())
        return cells

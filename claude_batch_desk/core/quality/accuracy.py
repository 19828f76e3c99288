"""Accuracy: how many answers are right, how far that may be off, and which ones are not."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from claude_batch_desk.core.prompts.fields import SEPARATOR, OutputField
from claude_batch_desk.core.quality.gold import GoldReader, Verdict, labels_of
from claude_batch_desk.core.quality.intervals import Share, Weighed, weighed_share

TOLERANCE = Decimal("0.05")
"""Of the right number; an answer within it is near."""
_ROWS_KEPT = 1_000
"""Of each kind of mistake; more than anybody looks through."""
_ODD_KEPT = 20
_OUTCOMES: Mapping[str, Verdict] = {
    "refused": "refused",
    "cut_off": "cut_off",
    "errored": "failed",
    "missing": "failed",
}
NOT_ASKED = frozenset({"waiting", "expired", "canceled", "unsent"})
"""Outcomes of rows that no model has worked on; they say nothing about its answers."""


@dataclass(frozen=True)
class Given:
    """What came back for one answer column of a row."""

    text: str
    """As it stands in the results; "" for none."""
    outcome: str
    """Of the row; see results.answer.Outcome, or "waiting"."""


@dataclass(frozen=True)
class Cell:
    """Rows that had the same right answer and got the same answer."""

    right: str
    """"" where the kind has no list of values, and where nothing is right to answer."""
    given: str
    verdict: Verdict
    count: int
    rows: tuple[int, ...]
    """Their numbers, the first _ROWS_KEPT of them."""


@dataclass(frozen=True)
class LabelScore:
    """How one value fared."""

    label: str
    precision: Share
    """Of the rows that were answered so, those for which it is right."""
    recall: Share
    """Of the rows for which it is right, those that were answered so."""


@dataclass(frozen=True)
class OddRight:
    """A right answer that cannot be one, as it was written."""

    text: str
    count: int


@dataclass(frozen=True)
class Accuracy:
    """How the answers of one field compare with the right ones."""

    field: OutputField
    share: Share
    """Of the rows with a right answer and an answer, those that are right; what the model declined,
    cut off, left blank or put outside of the list counts as wrong. Without those in `picked`."""
    near: Share | None
    """The same with what is near; None where the kind knows no near."""
    cells: tuple[Cell, ...]
    labels: tuple[LabelScore, ...]
    """In the order of the recipe, those that occur; none where the kind has no list of values."""
    odd: tuple[OddRight, ...]
    """The commonest right answers that are none of the allowed values, or not of the kind."""
    odd_rows: int
    """So many rows have such; they are left out."""
    pending: int
    """So many rows with a right answer were not worked on (yet); they are left out."""
    picked: int = 0
    """So many rows were picked and not drawn by chance: they say nothing of the others, so that
    only `cells` has them."""
    commonest: tuple[str, Share] | None = None
    """What always giving the commonest right answer would reach, without those in `picked`; None
    where the kind has no list of values, or is of sets of them."""

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many rows ended how."""
        counts: Counter[Verdict] = Counter()
        for cell in self.cells:
            counts[cell.verdict] += cell.count
        return counts


@dataclass
class _Tally:
    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        self.count += 1
        if len(self.rows) < _ROWS_KEPT:
            self.rows.append(row)


@dataclass
class _Label:
    right: int = 0
    given: int = 0
    both: int = 0


class Grading:
    """Takes rows one after the other, millions if need be, and tells their Accuracy."""

    def __init__(
        self, output: OutputField, reader: GoldReader, tolerance: Decimal = TOLERANCE
    ) -> None:
        self._field, self._reader, self._tolerance = output, reader, tolerance
        self._listed = labels_of(output)
        self._cells: dict[tuple[str, str, Verdict], _Tally] = {}
        self._labels: dict[str, _Label] = {}
        self._all, self._right, self._near = Weighed(), Weighed(), Weighed()
        self._odd: Counter[str] = Counter()
        self._meant: Counter[str] = Counter()
        self._pending = self._picked = 0

    def add(self, row: int, right: str, given: Given | None, weight: float | None = 1.0) -> None:
        """Compare the answer of a row with the right one, both as they were written.

        A right answer of "" says that nothing is right to answer. None is an answer that has not
        come. `weight` is how many rows it stands for, relative to the others; None where chance had
        no part in its choice.
        """
        wanted = self._reader.read(right) if right else None
        if wanted is not None and wanted.problem:
            self._odd[wanted.text] += 1
            return
        if given is None or given.outcome in NOT_ASKED:
            self._pending += 1
            return
        text = wanted.text if wanted else ""
        verdict = self._verdict(text, given)
        known = verdict in ("right", "near", "wrong") and given.text.strip()
        answered = self._reader.read(given.text).text if known else ""
        # Of a kind with any number of values, or of sets of them, there would be a cell a row.
        shown = self._listed and self._field.kind != "choices"
        key = (text, answered, verdict) if shown else ("", "", verdict)
        self._cells.setdefault(key, _Tally()).add(row)
        if weight is None:
            self._picked += 1
        else:
            self._weigh(verdict, weight)
            self._score(text, answered)
            if shown:
                self._meant[text] += 1

    def _verdict(self, right: str, given: Given) -> Verdict:
        if given.outcome in _OUTCOMES:
            return _OUTCOMES[given.outcome]  # half a text is no answer
        if not given.text.strip():
            return self._of_blank(right, given)
        return self._reader.judge(right, given.text, self._tolerance)

    def _of_blank(self, right: str, given: Given) -> Verdict:
        """Nothing is an answer where that is allowed, and right where nothing is right."""
        if given.outcome != "answered" or not (
            self._field.may_be_unknown or self._field.kind == "choices"
        ):
            return "blank"
        return "wrong" if right else "right"

    def _weigh(self, verdict: Verdict, weight: float) -> None:
        self._all.add(weight)
        if verdict == "right":
            self._right.add(weight)
        if verdict in ("right", "near"):
            self._near.add(weight)

    def _score(self, right: str, given: str) -> None:
        if not self._listed:
            return
        wanted, answered = self._parts(right), self._parts(given)
        for label in wanted | answered:
            score = self._labels.setdefault(label, _Label())
            score.right += label in wanted
            score.given += label in answered
            score.both += label in wanted and label in answered

    def _parts(self, text: str) -> frozenset[str]:
        if self._field.kind == "choices":
            return frozenset(text.split(SEPARATOR)) - {""}
        return frozenset({text} if text else ())

    def result(self) -> Accuracy:
        """How the rows so far compare."""
        cells = tuple(
            Cell(*key, tally.count, tuple(tally.rows)) for key, tally in self._cells.items()
        )
        knows_near = self._field.kind in ("integer", "number", "score")
        return Accuracy(
            field=self._field,
            share=weighed_share(self._right, self._all),
            near=weighed_share(self._near, self._all) if knows_near else None,
            cells=cells,
            labels=tuple(self._scores()),
            odd=tuple(OddRight(*each) for each in self._odd.most_common(_ODD_KEPT)),
            odd_rows=self._odd.total(),
            pending=self._pending,
            picked=self._picked,
            commonest=self._commonest(),
        )

    def _commonest(self) -> tuple[str, Share] | None:
        for label, hits in self._meant.most_common(1):
            return label, Share(hits, self._meant.total())
        return None

    def _scores(self) -> Iterator[LabelScore]:
        for label in self._listed:
            if found := self._labels.get(label):
                precision, recall = Share(found.both, found.given), Share(found.both, found.right)
                yield LabelScore(label, precision, recall)

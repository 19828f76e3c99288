"""Watch: looks at answers and raises the alarms about them."""

from array import array
from collections.abc import Iterator, Sequence, Set

from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.quality.alarms import Alarm, AlarmKind, Check, Reply, rows_said
from claude_batch_desk.core.quality.column_checks import checks_of
from claude_batch_desk.core.quality.gold import FREE_TEXT

_ENDINGS: tuple[tuple[AlarmKind, tuple[str, ...], str], ...] = (
    ("failed", ("errored", "expired", "missing"), "got no answer from the service."),
    ("refused", ("refused",), "declined by the model. Such rows stay without an answer."),
    ("cut_off", ("cut_off",), "cut off at the limit: paid for, and of no use. Raise the limit."),
    ("outside", ("review",), "not answered in the form asked for; each says why."),
)
"""What is said of how many rows with these outcomes."""
_EXPLAIN: tuple[AlarmKind, ...] = ("outside", "blank", "refused")


class Watch:
    """Looks at answers one by one, so that it can look at as many as there are."""

    def __init__(self, fields: Sequence[OutputField], asked: str = "") -> None:
        """`asked` is what every row is asked, without the cells of the rows."""
        columns = columns_of(fields) or columns_of((FREE_TEXT,))
        self._outcomes = _Outcomes()
        self._checks: list[Check] = []
        for place, column in enumerate(columns):
            self._checks += checks_of(column, place, asked)

    def take(self, reply: Reply) -> None:
        """Look at one more."""
        self._outcomes.take(reply)
        for check in self._checks:
            check.take(reply)

    def alarms(self) -> tuple[Alarm, ...]:
        """What was found so far, the worst first."""
        found = [alarm for check in self._checks for alarm in check.alarms()]
        explained = {row for each in found if each.kind in _EXPLAIN for row in each.rows}
        found = [*self._outcomes.alarms(explained), *found]
        return tuple(sorted(found, key=lambda each: each.tone == "note"))


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


class _Outcomes:
    """What the service itself says of its answers."""

    def __init__(self) -> None:
        self._total = 0
        self._rows: dict[str, array[int]] = {}

    def take(self, reply: Reply) -> None:
        self._total += 1
        if reply.outcome != "answered":
            self._rows.setdefault(reply.outcome, array("I")).append(reply.row)

    def alarms(self, explained: Set[int]) -> Iterator[Alarm]:
        """What was found; what is wrong with the `explained` rows is said more closely already."""
        for kind, outcomes, end in _ENDINGS:
            rows = [row for outcome in outcomes for row in self._rows.get(outcome, ())]
            if kind == "outside":
                rows = [row for row in rows if row not in explained]
            if rows:
                verb = "" if kind == "failed" else f"{_were(len(rows))} "
                told = f"{rows_said(len(rows), self._total)} {verb}{end}"
                yield Alarm(kind, told, tuple(sorted(rows)))

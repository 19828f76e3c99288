"""What the answers of one column can look like when a prompt went wrong."""

import re
from array import array
from collections.abc import Iterator

from claude_batch_desk.core.prompts.fields import AnswerColumn
from claude_batch_desk.core.quality.alarming_texts import Jumps, Languages, Parrots
from claude_batch_desk.core.quality.alarms import Alarm, Check, Reply, cut, rows_said
from claude_batch_desk.core.quality.gold import GoldReader

ONE_ANSWER = 0.6
"""The share of one answer from which on it is said, as other tools have found useful."""
_ONE_OF_TWO = 0.9
"""Where there are but two answers, one to 60 % of the rows is nothing special."""
_LEAST_ROWS = 10
_MOSTLY_UNKNOWN = 0.5
_TWO = 2
_MOST_DIFFERENT = 50_000
"""Answers that are told apart; later ones that are new would need too much memory."""
_TOLD_APART = 200
"""Characters of an answer."""
_TEXTS = ("text", "long_text")
_DECLINES = re.compile(
    r"\W*(?:(?:i['’]m |i am )?(?:sorry|afraid)|my apologies|unfortunately)?\W*(?:but )?\W*"
    r"(?:as an ai\b|(?:i (?:can['’]?t|cannot|can not|won['’]t|am (?:unable|not able) to)"
    r"|i['’]m (?:unable|not able) to)"
    r" (?:help|assist|provide|answer|determine|fulfil|comply|complete|process|analy[sz]e"
    r"|classify|respond|engage|discuss|evaluate|judge|summari[sz]e|translate|generate))",
    re.IGNORECASE,
)
"""How answers begin that decline in words."""


def checks_of(column: AnswerColumn, place: int, asked: str) -> Iterator[Check]:
    """All that can be checked of a column; `place` is that of its value in replies."""
    text = column.companion == "reason" or (
        column.companion is None and column.field.kind in _TEXTS
    )
    if column.companion is None:
        yield _Filled(column, place)
        yield _Same(column, place)
        if not text:
            yield _Allowed(column, place)
    if text:
        yield _Declining(column, place)
        yield _Texts(column, place, asked)


class _Column:
    """A check of one answer column, in the rows that have an answer."""

    def __init__(self, column: AnswerColumn, place: int) -> None:
        self.field = column.field
        self.name = f"“{cut(column.header)}”"
        self.total = 0
        self._place = place

    def take(self, reply: Reply) -> None:
        if reply.outcome in ("answered", "review"):
            self.total += 1
            self._look(reply.row, reply.values[self._place])

    def _look(self, row: int, text: str) -> None:
        raise NotImplementedError


class _Filled(_Column):
    """Blank answers, and unknown ones where the model may say that it does not know."""

    def __init__(self, column: AnswerColumn, place: int) -> None:
        super().__init__(column, place)
        self._rows = array("I")

    def _look(self, row: int, text: str) -> None:
        if not text.strip():
            self._rows.append(row)

    def alarms(self) -> Iterator[Alarm]:
        count, said = len(self._rows), f"{self.name} is"
        if count and not self.field.may_be_unknown and self.field.kind != "choices":
            yield Alarm(
                "blank", f"{said} blank in {rows_said(count, self.total)}.", tuple(self._rows)
            )
        elif self.total >= _LEAST_ROWS and count > self.total * _MOSTLY_UNKNOWN:
            told = f"{said} left open in {rows_said(count, self.total)}. "
            told += "See whether the rows say so little, or the prompt asks for something else."
            yield Alarm("blank", told, tuple(self._rows), "note")


class _Same(_Column):
    """One answer to most rows."""

    def __init__(self, column: AnswerColumn, place: int) -> None:
        super().__init__(column, place)
        self._rows: dict[str, array[int]] = {}
        self._written: dict[str, str] = {}
        """As the first row had it."""
        self._filled = 0

    def _look(self, row: int, text: str) -> None:
        key = " ".join(text[:_TOLD_APART].split()).casefold()
        if not key:
            return
        self._filled += 1
        if key in self._rows or len(self._rows) < _MOST_DIFFERENT:
            self._rows.setdefault(key, array("I")).append(row)
            self._written.setdefault(key, text[:_TOLD_APART])

    def alarms(self) -> Iterator[Alarm]:
        if self._filled < _LEAST_ROWS:
            return
        value, rows = max(self._rows.items(), key=lambda each: len(each[1]))
        share = len(rows) / self._filled
        if share <= ONE_ANSWER:
            return
        ordinary = len(self._answers()) == _TWO and share <= _ONE_OF_TWO
        told = (
            f"{self.name} is “{cut(self._written[value])}” in "
            f"{rows_said(len(rows), self._filled)}. See whether they are that alike."
        )
        yield Alarm("same", told, tuple(rows), "note" if ordinary else "warning")

    def _answers(self) -> tuple[str, ...]:
        if self.field.kind == "boolean":
            return ("yes", "no")
        return tuple(each.value for each in self.field.choices)


class _Allowed(_Column):
    """Values that are none of the allowed ones, or not of the kind."""

    def __init__(self, column: AnswerColumn, place: int) -> None:
        super().__init__(column, place)
        self._reader = GoldReader(column.field)
        self._rows = array("I")
        self._first = ""

    def _look(self, row: int, text: str) -> None:
        if text.strip() and self._reader.read(text).problem:
            self._first = self._first or text
            self._rows.append(row)

    def alarms(self) -> Iterator[Alarm]:
        if self._rows:
            listed = self.field.is_listed or self.field.kind == "score"
            wrong = "none of the allowed values" if listed else "not of the kind asked for"
            told = f"{self.name} is {wrong} in {rows_said(len(self._rows), self.total)}"
            yield Alarm("outside", f"{told}, such as “{cut(self._first)}”.", tuple(self._rows))


class _Declining(_Column):
    """Answers that decline in words, which the service does not tell."""

    def __init__(self, column: AnswerColumn, place: int) -> None:
        super().__init__(column, place)
        self._rows = array("I")

    def _look(self, row: int, text: str) -> None:
        if _DECLINES.match(text):
            self._rows.append(row)

    def alarms(self) -> Iterator[Alarm]:
        if self._rows:
            told = f"{self.name} reads as if the model declined in"
            yield Alarm(
                "refused", f"{told} {rows_said(len(self._rows), self.total)}.", tuple(self._rows)
            )


class _Texts(_Column):
    """What texts tell: their language, their length, and what they repeat."""

    def __init__(self, column: AnswerColumn, place: int, asked: str) -> None:
        super().__init__(column, place)
        self._languages, self._parrots = Languages(asked), Parrots(asked)
        self._jumps = Jumps()

    def _look(self, row: int, text: str) -> None:
        for each in (self._languages, self._jumps, self._parrots):
            each.take(row, text)

    def alarms(self) -> Iterator[Alarm]:
        if rows := self._parrots.rows:
            told = f"{self.name} repeats the words of the prompt in"
            count = rows_said(len(rows), self.total)
            yield Alarm("parrot", f"{told} {count}: “{cut(self._parrots.first)}”.", tuple(rows))
        if changed := self._languages.changed():
            told = f"{self.name} is in {changed.usual}, but not in {len(changed.rows):,}"
            rest = f"of the {changed.sure:,} rows where that is sure: {changed.others}."
            yield Alarm("language", f"{told} {rest}", changed.rows)
        if foreign := self._languages.foreign():
            told = f"{self.name} is in {foreign.usual} in {len(foreign.rows):,}"
            rest = f"of the {foreign.sure:,} rows where that is sure. "
            rest += f"The prompt is in {foreign.prompt} and does not ask for it."
            yield Alarm("language", f"{told} {rest}", foreign.rows, "note")
        if jumps := self._jumps.found():
            told = f"{self.name} is more than {jumps.times} times as long as usual in"
            rest = f"usually {jumps.usual:,} characters, at most {jumps.longest:,}."
            count = rows_said(len(jumps.rows), self.total)
            yield Alarm("length", f"{told} {count}: {rest}", jumps.rows)

"""Accuracy in sentences, for the command line and for what is written down."""

from collections.abc import Iterator

from claude_batch_desk.core.jobs.quality.measuring import FieldMeasured, Measured
from claude_batch_desk.core.quality.accuracy import Accuracy, LabelScore
from claude_batch_desk.core.quality.gold import Verdict
from claude_batch_desk.core.quality.intervals import Share

_SHOWN = 40
_END = 0.01
_ODD = 5
_WHY: dict[Verdict, str] = {
    "near": "near but not exact",
    "wrong": "wrong",
    "outside": "outside of what is allowed",
    "blank": "blank",
    "refused": "declined",
    "cut_off": "cut off",
    "failed": "failed",
}


def tell(measured: Measured) -> list[str]:
    """What there is to say, the most important first; lines of detail begin with spaces."""
    if not measured.fields:
        return ["Nobody has said yet what is right: name a column with the right answers."]
    lines = [line for each in measured.fields for line in _of_field(each, sent=measured.sent)]
    if measured.practice:
        lines.append("Practice answers are made up: this says nothing of how good a model is.")
    if measured.examples:
        rows = _rows(measured.examples)
        lines.append(f"{rows} stood in the prompt as examples and did not count.")
    return lines


def _of_field(found: FieldMeasured, *, sent: bool) -> Iterator[str]:
    accuracy, name = found.accuracy, found.accuracy.field.name
    if not accuracy.share.rows and accuracy.picked:
        yield f"{name}: every row with a right answer was picked, so there is no share to tell."
    elif not accuracy.share.rows:
        yield f"{name}: no row with a right answer has an answer yet."
    else:
        yield f"{name}: {_headline(accuracy.share)}{_narrower(found, sent=sent)}"
        yield from (f"  {line}" for line in _details(accuracy))
        yield from (f"  {_label(each)}" for each in accuracy.labels)
    if found.copies:
        names = ", ".join(f"“{each}”" for each in found.copies)
        yield f"  The prompt contains the right answer: {names} says the same in nearly all rows."
    if accuracy.odd_rows:
        odd = ", ".join(f"“{_short(each.text)}” {each.count:,}" for each in accuracy.odd[:_ODD])
        yield (
            f"  {_rows(accuracy.odd_rows)} left out, whose right answer is not one that can be "
            f"given: {odd}."
        )
    if accuracy.picked:
        yield f"  {_rows(accuracy.picked)} left out that were picked, and not drawn by chance."
    if accuracy.pending:
        yield f"  {_rows(accuracy.pending)} left out that no model has worked on."


def _headline(share: Share) -> str:
    return (
        f"{share.hits:,} of {share.rows:,} right, {percent(share.value)} (between "
        f"{percent(share.low)} and {percent(share.high)} in 95 of 100 such samples)."
    )


def _narrower(found: FieldMeasured, *, sent: bool) -> str:
    """What would narrow the range: nothing, where all answers are compared already."""
    more = found.accuracy.share.more_to_halve
    if found.column:
        return "" if sent else f" Trying {_rows(more)} more would halve that range."
    return f" Labelling {_rows(more)} more would halve that range."


def _details(accuracy: Accuracy) -> Iterator[str]:
    if accuracy.share.estimate is not None:
        yield "Rows stand for different numbers of others, and are counted by these."
    if accuracy.near is not None:
        near = accuracy.near
        yield f"Right or near: {near.hits:,} of {near.rows:,}, {_range(near)}."
    if accuracy.commonest is not None:
        label, share = accuracy.commonest
        yield f"Always answering “{_short(label)}” would be right in {percent(share.value)}."
    wrong = {verdict: accuracy.verdicts.get(verdict, 0) for verdict in _WHY}
    if told := [f"{count:,} {_WHY[verdict]}" for verdict, count in wrong.items() if count]:
        yield f"Not right: {', '.join(told)}."


def _label(score: LabelScore) -> str:
    right, found = score.precision, score.recall
    answered = f"right in {_counted(right)} answered so" if right.rows else "never answered"
    meant = f"found in {_counted(found)} that are so" if found.rows else "never right"
    return f"{_short(score.label)}: {answered}; {meant}."


def _counted(share: Share) -> str:
    return f"{share.hits:,} of {share.rows:,}, {_range(share)},"


def _range(share: Share) -> str:
    return f"{percent(share.value)} ({percent(share.low)} to {percent(share.high)})"


def percent(value: float) -> str:
    """A share in per cent, near the ends with a decimal; 0 and 100 only where they are exact."""
    if 0 < value < _END or 1 - _END < value < 1:
        return f"{min(max(value * 100, 0.1), 99.9):.1f} %"
    return f"{round(value * 100)} %"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"

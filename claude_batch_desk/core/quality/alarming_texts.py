"""Texts that stand out among others: in another language, much longer, or taken from the prompt."""

import re
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from claude_batch_desk.core.quality.languages import language

_LEAST_SURE = 3
"""Texts whose language is sure; fewer have no usual one."""
_LEAST_FOREIGN = 5
"""Texts in another language than the prompt; fewer may be names and quotations."""
_TIMES = 5
_BEYOND = 200
"""Characters more than usual: five times a word is no long answer."""
_LEAST_LENGTHS = 5
_SHARED_WORDS = 8
_SHARED_IDEOGRAPHS = 16
"""In a row, as in the prompt. So many words in common are no chance in ordinary writing."""
_LONGEST_READ = 20_000
"""Characters."""
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Changed:
    """Texts in another language than most."""

    usual: str
    others: str
    """How many are in which, such as: 2 in German, 1 in Dutch."""
    sure: int
    """How many texts were in a language for sure."""
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Foreign:
    """Texts that are mostly in another language than the prompt, which does not name it."""

    usual: str
    prompt: str
    sure: int
    """How many texts were in a language for sure."""
    rows: tuple[int, ...]


class Languages:
    """The languages of texts."""

    def __init__(self, asked: str = "") -> None:
        """`asked` is the prompt, as far as it is the same for every row."""
        self._asked = asked.casefold()
        self._prompt = language(asked)
        self._rows: dict[str, array[int]] = {}

    def take(self, row: int, text: str) -> None:
        """Look at one more."""
        if name := language(text):
            self._rows.setdefault(name, array("I")).append(row)

    def changed(self) -> Changed | None:
        """The texts that are in another language than most; None where there is none for sure."""
        counts = Counter({name: len(rows) for name, rows in self._rows.items()})
        (usual, _), *others = counts.most_common() or [("", 0)]
        if not others or counts.total() < _LEAST_SURE:
            return None
        said = ", ".join(f"{count:,} in {name}" for name, count in others)
        rows = sorted(row for name, _ in others for row in self._rows[name])
        return Changed(usual, said, counts.total(), tuple(rows))

    def foreign(self) -> Foreign | None:
        """Whether most texts are in another language than the prompt, and nobody asked for it."""
        if not self._rows or not self._prompt:
            return None
        usual, rows = max(self._rows.items(), key=lambda each: len(each[1]))
        wanted = usual == self._prompt or usual.split()[0].casefold() in self._asked
        if wanted or len(rows) < _LEAST_FOREIGN:
            return None
        return Foreign(usual, self._prompt, sum(map(len, self._rows.values())), tuple(rows))


@dataclass(frozen=True)
class Jumped:
    """Texts much longer than usual; lengths in characters."""

    times: int
    """More than so many times as long as usual."""
    usual: int
    longest: int
    rows: tuple[int, ...]


class Jumps:
    """The lengths of texts."""

    def __init__(self) -> None:
        self._rows, self._lengths = array("I"), array("I")

    def take(self, row: int, text: str) -> None:
        """Look at one more; a blank one has no length."""
        if text := text.strip():
            self._rows.append(row)
            self._lengths.append(len(text))

    def found(self) -> Jumped | None:
        """The texts that are much longer than the median; None where none is."""
        if len(self._lengths) < _LEAST_LENGTHS:
            return None
        usual = int(median(self._lengths))
        limit = max(_TIMES * usual, usual + _BEYOND)
        pairs = zip(self._rows, self._lengths, strict=True)
        rows = tuple(row for row, length in pairs if length > limit)
        return Jumped(_TIMES, usual, max(self._lengths), rows) if rows else None


class Parrots:
    """Texts that share many words in a row with what every row is asked."""

    def __init__(self, asked: str) -> None:
        self._asked = {run for run, _ in _runs(asked)}
        self.rows = array("I")
        self.first = ""
        """The shared words of the first of them."""

    def take(self, row: int, text: str) -> None:
        """Look at one more."""
        if not self._asked:
            return
        shared = next((said for run, said in _runs(text) if run in self._asked), "")
        if shared:
            self.first = self.first or shared
            self.rows.append(row)


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Each so many words in a row, as they are compared and as they are written."""
    text = text[:_LONGEST_READ]
    tokens = [*_TOKEN.finditer(text)]
    spoken = [each[0].casefold() for each in tokens]
    for begin in range(len(tokens)):
        ideographs = bool(_IDEOGRAPH.match(spoken[begin]))
        end = begin + (_SHARED_IDEOGRAPHS if ideographs else _SHARED_WORDS)
        if end <= len(tokens):
            yield "\n".join(spoken[begin:end]), text[tokens[begin].start() : tokens[end - 1].end()]

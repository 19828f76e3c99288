"""Hand-written phrases with alternatives and slots, drawn so that few repeat.

A phrase file has sections, each headed `== word | word | …`, and one phrase a line. In a phrase
`{a|b}` is a choice (it may nest), `<name>` is a slot, `¶` is a line break, and `⟦` and `⟧` are
braces that stay.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

FOLDER = Path(__file__).resolve().parent
_CHOICE = re.compile(r"\{([^{}]*)\}")
_LOOSE_COMMA = re.compile(r" +,")
_SLOT = re.compile(r"<(\w+)>")
_LONG_ENOUGH = 5

Slots = Mapping[str, Callable[[], str]]


class Dice:
    """Chance that falls the same on every Python: only `random()` is promised not to change."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - sample data, no secrets

    def chance(self, share: float) -> bool:
        """True in this share of the throws, 0 to 1."""
        return self._random.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.between(0, len(items) - 1)]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as often as its weight says."""
        left = self._random.random() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return next(reversed(list(weights)))

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        return sorted(items, key=lambda _: self._random.random())


class Deck:
    """Phrases dealt like cards: each once before any comes again, if they come again at all."""

    def __init__(self, items: Sequence[str], dice: Dice, again: bool = True) -> None:
        self._items, self._dice, self._again = items, dice, again
        self._left = dice.shuffled(items)

    def deal(self) -> str:
        """The next phrase; a deck that is used up is shuffled anew, or gives "" from then on."""
        if self._again and not self._left:
            self._left = self._dice.shuffled(self._items)
        return self._left.pop() if self._left else ""


@dataclass(frozen=True)
class Section:
    """The phrases under one heading."""

    heading: tuple[str, ...]
    phrases: tuple[str, ...]


def read_sections(*names: str) -> list[Section]:
    """The sections of phrase files in this folder, in order."""
    sections: list[Section] = []
    for name in names:
        for part in f"\n{(FOLDER / name).read_text('utf-8')}".split("\n== ")[1:]:
            heading, *lines = part.split("\n")
            words = tuple(word.strip() for word in heading.split("|") if word.strip())
            sections.append(Section(words, tuple(line for line in lines if line.strip())))
    return sections


def spin(phrase: str, dice: Dice) -> str:
    """The phrase with its choices made; slots stay."""
    while "{" in phrase:
        phrase = _CHOICE.sub(lambda found: dice.pick(found[1].split("|")), phrase)
    return phrase


def fill(phrase: str, slots: Slots) -> str:
    """The phrase with its slots, line breaks and lasting braces filled in."""
    filled = _SLOT.sub(lambda found: slots[found[1]](), phrase)
    filled = _LOOSE_COMMA.sub(",", filled)  # left behind by a choice of nothing
    return filled.replace("¶", "\n").replace("⟦", "{").replace("⟧", "}")


def _swapped(word: str, place: int) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _dropped(word: str, place: int) -> str:
    return word[:place] + word[place + 1 :]


def _doubled(word: str, place: int) -> str:
    return word[:place] + word[place] + word[place:]


def with_typos(text: str, count: int, dice: Dice) -> str:
    """The text as typed in a hurry: slips in `count` of its longer words."""
    for _ in range(count):
        words = [each for each in re.finditer(r"[a-zäöüß]+", text) if len(each[0]) > _LONG_ENOUGH]
        if not words:
            return text
        word = dice.pick(words)
        slip = dice.pick([_swapped, _dropped, _doubled])
        place = dice.between(1, len(word[0]) - 3)
        text = text[: word.start()] + slip(word[0], place) + text[word.end() :]
    return text

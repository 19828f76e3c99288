"""What words are about, in several languages: the bundled lexicon, made quick to ask."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from claude_batch_desk.core.resources import read_resource

_WORD = re.compile(r"[^\W_]+(?:['’/&.-][^\W_]+)*")
_SHORTEST_STEM = 2
_LONGEST_STEM = 16
_LATIN_END = "\u02af"

Subjects = tuple[str, ...]


@dataclass
class _Lexicon:
    """The lexicon by how its entries are found."""

    stems: dict[str, list[str]] = field(default_factory=dict)
    wholes: dict[str, list[str]] = field(default_factory=dict)
    insides: dict[str, list[str]] = field(default_factory=dict)
    pairs: dict[str, list[tuple[str, bool, str]]] = field(default_factory=dict)
    """By first word: beginnings (or the whole, if True) of the second, and the subject."""
    elsewhere: dict[str, list[str]] = field(default_factory=dict)


def fold(text: str) -> str:
    """Text without case and accents."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    plain = unicodedata.normalize("NFD", folded)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words_of(folded: str) -> list[str]:
    """The words of folded text in their order."""
    return _WORD.findall(folded)


def subjects_of(folded: str, words: list[str]) -> Counter[str]:
    """What folded text is about, and how often; `words` are its words."""
    counted: Counter[str] = Counter()
    pairs = _lexicon().pairs
    for number, word in enumerate(words):
        for subject in subjects_of_word(word):
            counted[subject] += 1
        if word in pairs and number + 1 < len(words):
            counted.update(_subjects_of_pair(word, words[number + 1]))
    if max(folded, default="") > _LATIN_END:
        for entry, subjects in _lexicon().elsewhere.items():
            if entry in folded:
                counted.update(subjects)
    return counted


def _subjects_of_pair(first: str, second: str) -> Iterator[str]:
    for beginning, whole, subject in _lexicon().pairs[first]:
        if second == beginning if whole else second.startswith(beginning):
            yield subject


@lru_cache(maxsize=200_000)
def subjects_of_word(word: str) -> Subjects:
    """What one folded word is about."""
    lexicon = _lexicon()
    found = list(lexicon.wholes.get(word, ()))
    for length in range(min(len(word), _LONGEST_STEM), _SHORTEST_STEM - 1, -1):
        if stems := lexicon.stems.get(word[:length]):
            found += stems
            break
    for inside, subjects in lexicon.insides.items():
        if inside in word:
            found += subjects
    return tuple(dict.fromkeys(found))


@cache
def _lexicon() -> _Lexicon:
    lexicon = _Lexicon()
    for line in read_resource("practice/lexicon.txt").decode().splitlines():
        subject, colon, entries = line.partition(":")
        if colon and not line.startswith("#"):
            for entry in entries.split():
                _enter(lexicon, entry, subject)
    return lexicon


def _enter(lexicon: _Lexicon, entry: str, subject: str) -> None:
    if max(entry) > _LATIN_END:
        lexicon.elsewhere.setdefault(fold(entry), []).append(subject)
    elif entry.startswith("~"):
        lexicon.insides.setdefault(entry[1:], []).append(subject)
    elif "_" in entry:
        first, _, second = entry.partition("_")
        second = second.replace("_", " ").split(" ")[0]
        whole = second.endswith("$")
        lexicon.pairs.setdefault(first, []).append((second.rstrip("$"), whole, subject))
    elif entry.endswith("$"):
        lexicon.wholes.setdefault(entry[:-1], []).append(subject)
    else:
        lexicon.stems.setdefault(entry, []).append(subject)

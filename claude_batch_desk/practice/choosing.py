"""Which of a list a row belongs to, and whether something holds for it."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from claude_batch_desk.practice.lexicon import fold, subjects_of, subjects_of_word, words_of
from claude_batch_desk.practice.reading import Row

_STOP_WORDS = frozenset(
    """a about all also an and any are as at be been but by can customer customers do does e.g etc
    for from has have how i if in into is it its like message more no not of on one only or other
    our out row should so such text than that the their them then there these they this to true
    us use used uses using was we what when where whether which who will with you your false
    der die das und oder ist nicht ein eine mit fur auf von zu den im le la les et ou est des une
    pour dans el los las y o es un una por para con del""".split()  # noqa: SIM905  two hundred quotes would hide the words
)
_NAME_WEIGHT = 3.0
_SIDE_WEIGHT = 0.25
_SIDE_NAME_WEIGHT = 1.5
_WORD_WEIGHT = 0.4
_SHORTEST_TELLING_WORD = 4
_LITERAL_WEIGHT = 2.5
_MOST_COUNTED = 3
_SHORTEST_STEM = 5
_STRONG = 2
_MARKERS = frozenset({"catch-all", "unknown", "very", "mixed", "neutral"})
_CROSSING = frozenset({"recurring", "urgent", "unhurried", "positive", "negative", "credit-note"})
"""Subjects that go through all choices; they tell choices apart by their names only."""
_LEVELS = ("level-low", "level-medium", "level-high")
CERTAINTIES = ("low", "medium", "high")
_COMPLAINTS = ("complaint", "technical", "outage", "safety")
_NEGATIONS = frozenset(
    "not no never without don't didn't isn't nicht kein keine ohne pas non sans sin nie".split()  # noqa: SIM905  as above
)
_EXCLUSION = re.compile(
    r"\b(not|never|except|unless|instead|rather than|nicht|au lieu)\b", re.IGNORECASE
)
_LANGUAGE_NAMES = {
    "en": "english anglais englisch ingles inglese en",
    "de": "german deutsch allemand aleman tedesco de",
    "fr": "french francais franzosisch frances francese fr",
    "es": "spanish espanol spanisch espagnol spagnolo es",
    "it": "italian italiano italienisch italien it",
    "pt": "portuguese portugues portugiesisch portugais portoghese pt",
    "pl": "polish polski polnisch polonais polaco polacco pl",
    "nl": "dutch nederlands niederlandisch neerlandais nl",
    "ja": "japanese 日本語 japanisch japonais japones giapponese ja",
    "zh": "chinese 中文 chinesisch chinois zh",
    "ko": "korean 한국어 koreanisch coreen ko",
    "ru": "russian русскии russisch russe ruso ru",
}
LANGUAGE_OF_NAME = {name: code for code, names in _LANGUAGE_NAMES.items() for name in names.split()}


@dataclass(frozen=True)
class _Profile:
    """What makes a row belong to a choice."""

    name: str
    subjects: dict[str, float]
    words: dict[str, float]
    names: frozenset[str]
    """The telling words of its own name."""
    marks: frozenset[str]
    """What the choice's own name says about it: a level, a feeling, "other"."""


def choose(row: Row, choices: Sequence[str], about: str, instructions: str) -> str:
    """The choice that fits a row best by its name and its definition; the same every time."""
    profiles = _profiles(tuple(choices), about, instructions)
    for special in (_by_language, _by_feeling, _by_level):
        chosen = special(row, profiles, about)
        if chosen:
            return chosen
    scores = {profile.name: _score(row, profile) for profile in profiles}
    best = max(scores.values())
    if best <= 0:
        return _catch_all(profiles) or min(choices, key=lambda name: _lot(row.text, name))
    top = [name for name, score in scores.items() if math.isclose(score, best)]
    return min(top, key=lambda name: _lot(row.text, name))


def choose_several(row: Row, choices: Sequence[str], about: str, instructions: str) -> list[str]:
    """The choices that fit a row at least half as well as the best one, in their order."""
    scores = [_score(row, profile) for profile in _profiles(tuple(choices), about, instructions)]
    enough = max(scores) / 2
    fit = zip(choices, scores, strict=True)
    return [choice for choice, score in fit if score > 0 and score >= enough]


def certainty(row: Row) -> str:
    """How plainly a row says what it is about: the more it says, the more."""
    said = min(sum(row.subjects.values()), _MOST_COUNTED)
    return CERTAINTIES[min(said, len(CERTAINTIES) - 1)]


def holds(row: Row, name: str, about: str = "") -> bool:
    """Whether what a yes-or-no question is about can be found in a row, and is not denied."""
    subjects, stems = _asked(name, about)
    hits = {subject for subject in subjects if row.subjects[subject]}
    if "negative" in hits and feeling(row) >= 0:
        hits.discard("negative")
    if "positive" in hits and feeling(row) <= 0:
        hits.discard("positive")
    if hits or subjects:
        return bool(hits)
    for number, word in enumerate(row.words):
        if word[:_SHORTEST_STEM] in stems:
            return not _NEGATIONS & set(row.words[max(number - 2, 0) : number])
    return False


@lru_cache(maxsize=256)
def _asked(name: str, about: str) -> tuple[frozenset[str], frozenset[str]]:
    """What a question is about by its name, else by its description: subjects, and word stems."""
    for text in (name, about):
        folded = fold(text.replace("_", " "))
        found = set(subjects_of(folded, words_of(folded))) - _MARKERS - {"yes", "no", *_LEVELS}
        if found:
            return frozenset(found), frozenset()
    words = [word for word in words_of(fold(f"{name} {about}".replace("_", " "))) if _tells(word)]
    stems = {word[:_SHORTEST_STEM] for word in words if len(word) >= _SHORTEST_STEM}
    return frozenset(), frozenset(stems)


def feeling(row: Row) -> float:
    """From below 0 for a bad to above 0 for a good mood; complaints of any kind weigh on it."""
    good, bad = feelings(row)
    return good - bad


def feelings(row: Row) -> tuple[float, float]:
    """How much good and how much bad a row says."""
    good = bad = 0.0
    for number, word in enumerate(row.words):
        subjects = subjects_of_word(word)
        pleased = "positive" in subjects
        denied = pleased and bool(_NEGATIONS & set(row.words[max(number - 2, 0) : number]))
        good += pleased and not denied
        bad += denied or "negative" in subjects
    subjects_said = row.subjects
    bad = max(bad, float(subjects_said["negative"]))
    bad += 0.5 * sum(bool(subjects_said[subject]) for subject in _COMPLAINTS)
    good += sum(row.text.count(mark) for mark in "😊🙂❤👏👍🎉🙏😀😍")
    bad += sum(row.text.count(mark) for mark in "😡😤👎😩😠🤬😞")
    return good, bad


def urgency(row: Row) -> float:
    """From 0 for no hurry to above 2 for an emergency."""
    calls: float = min(row.subjects["urgent"], 3) + 2 * bool(row.subjects["safety"])
    calls += 1.5 * bool(row.subjects["outage"])
    loud = sum(word.isupper() and len(word) > _STRONG for word in row.text.split()[:60])
    calls += 0.5 * (row.text.count("!") > 1) + 0.5 * bool(loud)
    calls -= 2 * bool(row.subjects["unhurried"])
    ordinary = (
        bool(feelings(row)[1]) or bool(row.subjects["refund"]) or bool(row.subjects["account"])
    )
    return max(calls + ordinary, 0.0)


@lru_cache(maxsize=256)
def _profiles(choices: tuple[str, ...], about: str, instructions: str) -> tuple[_Profile, ...]:
    """The profiles of choices; what several share tells them less apart and weighs less."""
    texts = f"{instructions}\n{about}"
    defined = [_definition(choice, choices, texts) for choice in choices]
    named = [words_of(fold(choice.replace("_", " "))) for choice in choices]
    all_words = [[word for word in words_of(fold(text)) if _tells(word)] for text in defined]
    subjects = [subjects_of(fold(text), words_of(fold(text))) for text in defined]
    names = [subjects_of(fold(choice), words) for choice, words in zip(choices, named, strict=True)]
    shared_words = Counter(word for words in all_words for word in set(words))
    shared = Counter(
        subject
        for name, defined_subjects in zip(names, subjects, strict=True)
        for subject in {*name, *defined_subjects}
    )
    return tuple(
        _Profile(
            name=choice,
            subjects=_weights(names[number], subjects[number], shared),
            words={word: _WORD_WEIGHT / shared_words[word] for word in all_words[number]}
            | {word: _LITERAL_WEIGHT for word in named[number] if _tells(word)},
            names=frozenset(word for word in named[number] if _tells(word)),
            marks=frozenset(names[number]),
        )
        for number, choice in enumerate(choices)
    )


def _tells(word: str) -> bool:
    return len(word) >= _SHORTEST_TELLING_WORD and word not in _STOP_WORDS


def _weights(name: Counter[str], defined: Counter[str], shared: Counter[str]) -> dict[str, float]:
    weights = {
        subject: min(count, _MOST_COUNTED) / shared[subject]
        for subject, count in defined.items()
        if subject not in _CROSSING
    }
    for subject in name:
        weights[subject] = weights.get(subject, 0.0) + _NAME_WEIGHT / shared[subject] ** 0.5
    return {subject: weight for subject, weight in weights.items() if subject not in _MARKERS}


def _definition(choice: str, choices: Sequence[str], texts: str) -> str:
    """What the instructions say a choice means: its own line, without what it excludes."""
    named = rf"[\W_]*{re.escape(choice)}[\W_]*(?:[:=\-–—(]|\bif\b|\bwhen\b|\bmeans?\b)(.*)"
    found = [
        match[1] for line in texts.splitlines() if (match := re.match(named, line, re.IGNORECASE))
    ]
    if not found:
        inline = re.findall(
            rf"[\"'“*]?{re.escape(choice)}[\"'”*]*\s*[:=(]\s*([^;\n)]*)", texts, re.IGNORECASE
        )
        found = [text for text in inline if sum(fold(c) in fold(text) for c in choices) <= 1]
    sentences = (part for text in found for part in re.split(r"(?<=[.;])\s|\bbut\b", text))
    return ". ".join(part for part in sentences if not _EXCLUSION.search(part))


def _score(row: Row, profile: _Profile) -> float:
    score = 0.0
    for subject, count in row.subjects.items():
        score += profile.subjects.get(subject, 0.0) * min(count, _MOST_COUNTED)
    for subject in row.side_subjects:
        score += profile.subjects.get(subject, 0.0) * _SIDE_WEIGHT
    score += _SIDE_NAME_WEIGHT * len(row.side_vocabulary & profile.names)
    return score + sum(profile.words[word] for word in row.vocabulary & profile.words.keys())


def _by_language(row: Row, profiles: Sequence[_Profile], about: str) -> str:
    codes = {LANGUAGE_OF_NAME.get(fold(profile.name)): profile.name for profile in profiles}
    if len(set(codes) - {None}) < _STRONG or len(set(codes) - {None}) < len(profiles) - _STRONG:
        return ""
    return codes.get(row.language) or _catch_all(profiles) or profiles[0].name


def _by_feeling(row: Row, profiles: Sequence[_Profile], about: str) -> str:
    scale = _feeling_scale(profiles)
    if not {"positive", "negative"} <= {name.removeprefix("very-") for name in scale}:
        return ""
    good, bad = feelings(row)
    if "mixed" in scale and good and bad and abs(good - bad) <= max(good, bad) / 2:
        return scale["mixed"]
    if good == bad:
        return scale.get("neutral") or scale.get("mixed") or _catch_all(profiles)
    side = "positive" if good > bad else "negative"
    if abs(good - bad) > _STRONG and f"very-{side}" in scale:
        side = f"very-{side}"
    return scale.get(side) or scale.get(f"very-{side}", "")


def _feeling_scale(profiles: Sequence[_Profile]) -> dict[str, str]:
    scale: dict[str, str] = {}
    for profile in profiles:
        for mark in ("mixed", "neutral", "negative", "positive"):
            if mark in profile.marks:
                very = (
                    "very-" if "very" in profile.marks and mark in {"positive", "negative"} else ""
                )
                scale.setdefault(very + mark, profile.name)
                break
    return scale


def _by_level(row: Row, profiles: Sequence[_Profile], about: str) -> str:
    leveled = {
        level: profile.name for profile in profiles for level in _LEVELS if level in profile.marks
    }
    if len(leveled) < _STRONG or len(leveled) < len(profiles) - 1:
        return ""
    calls = urgency(row)
    wanted = _LEVELS[2] if calls > _STRONG else _LEVELS[1] if calls >= 1 else _LEVELS[0]
    if wanted in leveled:
        return leveled[wanted]
    return leveled.get(_LEVELS[1]) or leveled[_LEVELS[2] if calls > _STRONG else _LEVELS[0]]


def _catch_all(profiles: Sequence[_Profile]) -> str:
    for mark in ("catch-all", "unknown", "neutral"):
        for profile in profiles:
            if mark in profile.marks:
                return profile.name
    return ""


def _lot(text: str, choice: str) -> bytes:
    return hashlib.sha256(f"{text}\x00{choice}".encode("utf-8", "replace")).digest()

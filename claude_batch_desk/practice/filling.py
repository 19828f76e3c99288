"""Texts and numbers a question asks for, taken from a row."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from claude_batch_desk.practice.choosing import feeling, urgency
from claude_batch_desk.practice.lexicon import fold, subjects_of, words_of
from claude_batch_desk.practice.reading import Row, date_in, numbers_in

_LONGEST_SUMMARY = 150
_LONGEST_TEXT = 280
_SHORTEST_CLAUSE = 12
_RANGE = re.compile(
    r"(-?\d+(?:\.\d+)?)\s*(?:\([^)]*\)\s*)?(?:-|–|—|to|through|bis|à|a)\s*(-?\d+(?:\.\d+)?)\b"
)
_OUT_OF = re.compile(r"\b(\d{1,2}(?:[.,]\d)?)\s*(?:/|out of|von|sur|de)\s*(5|10|100)\b")
_STARS = re.compile(r"(-?\d)\s*(?:stars?|sterne?|étoiles?|estrellas?|stelle)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[6-9]\d\d|20\d\d)\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://\S+|\bwww\.\S+|\b[\w-]+\.(?:com|org|net|example|de|fr)\b")
_PHONE = re.compile(r"\+?\d[\d ()/-]{6,}\d")
_LONG_NUMBER = re.compile(r"\b[A-Z]{0,4}-?\d{4,}\b")
_CURRENCY = re.compile(r"\b(EUR|USD|GBP|CHF|JPY|PLN|SEK|DKK|CAD|AUD)\b|[€$£¥]")
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_PERSON = re.compile(r"\b([A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’.-]+){1,3})\b")
_LEGAL_FORM = re.compile(
    r",?\s+(gmbh( & co\.? kg)?|ag|kg|ohg|e\.?k\.?|mbh|ges\.? mbh|inc\.?|ltd\.?|llc|plc|corp\.?|"
    r"co\.?|s\.?a\.?(s|rl)?\.?|s\.?l\.?|s\.?r\.?l\.?|b\.?v\.?|oy|ab)$",
    re.IGNORECASE,
)
_LANGUAGE_NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian",
    "pt": "Portuguese", "pl": "Polish", "nl": "Dutch", "ja": "Japanese", "zh": "Chinese",
    "ko": "Korean", "ru": "Russian", "ar": "Arabic", "el": "Greek",
}  # fmt: skip
_SUBJECT_NAMES = {
    "billing": "billing", "refund": "a refund", "pricing": "price", "delivery": "delivery",
    "returns": "a return", "account": "account access", "technical": "a technical problem",
    "outage": "an outage", "cancellation": "cancellation", "complaint": "a complaint",
    "praise": "praise", "compatibility": "compatibility", "suggestion": "a suggestion",
    "safety": "safety", "privacy": "privacy", "documents": "the manual", "staff": "staff",
    "opening-hours": "opening hours", "selection": "selection", "facilities": "facilities",
    "noise": "noise", "events": "events and courses", "digital": "digital services",
    "loans": "loans", "location": "location", "atmosphere": "atmosphere", "quality": "quality",
    "usability": "ease of use", "performance": "speed", "service": "service",
    "warranty": "warranty",
}  # fmt: skip
_SCALES = (
    "score rating stars grade satisf sentiment urgen priorit confiden probab likel sever bewert"
)
_QUOTED = "quote quotation verbatim excerpt zitat citation cita"
_SHORT_WORD = 3
_MOST_WORDS = 40


@dataclass(frozen=True)
class Wanted:
    """A property of the answer: its name and what is said about it."""

    name: str
    about: str
    instructions: str = ""
    """What the shared instructions say of it."""
    optional: bool = False
    """Whether null is an answer."""

    @cached_property
    def words(self) -> frozenset[str]:
        """The folded words of its name and description."""
        return frozenset(words_of(fold(f"{self.name.replace('_', ' ')} {self.about}")))

    @cached_property
    def name_words(self) -> frozenset[str]:
        """The folded words of its name alone."""
        return frozenset(words_of(fold(self.name.replace("_", " "))))

    @property
    def is_quote(self) -> bool:
        """Whether it is to be copied from the source, where nothing may stand for it."""
        return _begins(self.name_words, _QUOTED)

    def asks(self, stems: str) -> bool:
        """Whether its name, or failing that its description, has a word that begins like these."""
        return _begins(self.name_words, stems) or _begins(self.words, stems)


def _begins(words: frozenset[str], stems: str) -> bool:
    return any(word.startswith(stem) for stem in stems.split() for word in words)


def text_for(wanted: Wanted, row: Row) -> str | None:
    """The text a property asks for; None where the row has none."""
    finder = _finder(wanted)
    if finder:
        return finder(wanted, row)
    if value := row.labelled(wanted.name_words):
        return value[:_LONGEST_TEXT]
    return None if wanted.optional and not row.text else _most_related(wanted, row)


@lru_cache(maxsize=256)
def _finder(wanted: Wanted) -> "_Finder | None":
    """Who finds a property: by its name, or failing that by its description."""
    for words in (wanted.name_words, wanted.words):
        for stems, find in _FINDERS:
            if _begins(words, stems):
                return find
    return None


def number_for(wanted: Wanted, row: Row) -> float | None:
    """The number a property asks for; None where the row has none."""
    if _begins(wanted.name_words, "year jahr annee ano anno"):
        found = _YEAR.search(row.data)
        return float(found[0]) if found else None
    labelled = numbers_in(row.labelled(wanted.name_words))
    if labelled:
        return labelled[0]
    if _begins(wanted.name_words, _SCALES) or _RANGE.search(wanted.about):
        scale = _RANGE.search(wanted.about) or _RANGE.search(wanted.instructions)
        return _on_scale(wanted, row, *((float(scale[1]), float(scale[2])) if scale else (1, 5)))
    if wanted.asks("word_count words"):
        return float(len(row.words))
    if wanted.asks("amount total price cost sum betrag summe preis montant prix importe net gross"):
        money = _money(row)
        return money if money is not None else next(iter(numbers_in(row.data)), None)
    return _near(wanted, row)


def scored(wanted: Wanted, row: Row, low: float, high: float) -> float:
    """A place on a scale whose ends are given."""
    return _on_scale(wanted, row, low, high)


def date_for(wanted: Wanted, row: Row) -> str | None:
    """The date a property asks for, as YYYY-MM-DD; None where the row has none."""
    return _date(wanted, row)


def _on_scale(wanted: Wanted, row: Row, low: float, high: float) -> float:
    """A place on a scale: the one the row itself gives, or the one its mood suggests."""
    if low > high:
        low, high = high, low
    if said := _OUT_OF.search(row.text):
        share = min(float(said[1].replace(",", ".")) / float(said[2]), 1.0)
        return round(low + share * (high - low))
    if said := _STARS.search(row.text):
        return min(max(float(said[1]), low), high)
    if wanted.asks("confiden probab likel certain"):
        share = 0.55 + min(sum(row.subjects.values()), 8) * 0.05
        return round(low + share * (high - low), 2 if high - low <= 1 else 0)
    if wanted.asks("urgen prior sever"):
        share = min(urgency(row) / 3, 1.0)
    else:
        share = min(max(0.5 + feeling(row) / 5, 0.0), 1.0)
    place = low + share * (high - low)
    return round(place, 2) if high - low <= 1 else float(round(place))


def _money(row: Row) -> float | None:
    marked = re.search(
        r"[€$£¥]\s?(\d[\d.,]*)|(\d[\d.,]*)\s?(?:[€$£¥]|EUR|USD|GBP|euros?)", row.data
    )
    if marked:
        found = numbers_in(marked[1] or marked[2])
        return found[0] if found else None
    priced = re.findall(r"(?<![\d.,])-?\d[\d.,]*[.,]\d\d(?![\d.,])", row.data)
    found = numbers_in(priced[0]) if priced else []
    return found[0] if found else None


def _near(wanted: Wanted, row: Row) -> float | None:
    """The number closest behind, or else before, a word of the property."""
    stems = {word[:4] for word in wanted.name_words if len(word) >= _SHORT_WORD}
    for sentence in row.sentences:
        if any(word[:4] in stems for word in words_of(fold(sentence))):
            found = numbers_in(sentence)
            if found:
                return found[0]
    return None if wanted.optional else next(iter(numbers_in(row.data)), None)


def _language(wanted: Wanted, row: Row) -> str:
    as_code = _begins(wanted.words, "code iso kurzel 639 two-letter")
    return row.language if as_code else _LANGUAGE_NAMES.get(row.language, row.language)


def _summary(wanted: Wanted, row: Row) -> str | None:
    if row.language != "en" and "english" in wanted.words:
        name = _LANGUAGE_NAMES.get(row.language, "another language")
        named = [
            _SUBJECT_NAMES[each] for each, _ in row.subjects.most_common() if each in _SUBJECT_NAMES
        ]
        return f"The text, in {name}, is about {' and '.join(named[:2]) or 'something else'}."
    first = row.sentences[:4]
    lines = [said for said in first if " " in said] or first  # no heading of a single word
    return clause(max(lines, key=lambda said: _weight(said, row)), _LONGEST_SUMMARY)


def _reason(wanted: Wanted, row: Row) -> str | None:
    said = clause(max(row.sentences, key=lambda sentence: _weight(sentence, row)), 120)
    return f"The text says “{said}”." if said else None


def _quote(wanted: Wanted, row: Row) -> str | None:
    best = max(row.sentences, key=lambda sentence: _weight(sentence, row))
    return best[:_LONGEST_TEXT] or None


def _reply(wanted: Wanted, row: Row) -> str:
    about = _topic(wanted, row) or "your message"
    return f"Thank you for writing to us about {about}. We are looking into it now."


def _keywords(wanted: Wanted, row: Row) -> str | None:
    long_words = [word for word in row.words if len(word) > _SHORT_WORD and word.isalpha()]
    return ", ".join(dict.fromkeys(sorted(long_words, key=len, reverse=True)[:3])) or None


def _topic(wanted: Wanted, row: Row) -> str | None:
    for subject, _ in row.subjects.most_common():
        if subject in _SUBJECT_NAMES:
            return _SUBJECT_NAMES[subject]
    return clause(row.sentences[0], 40) or None


def _date(wanted: Wanted, row: Row) -> str | None:
    found = date_in(row.labelled(wanted.name_words) or row.data)
    return found.isoformat() if found else None


def _vendor(wanted: Wanted, row: Row) -> str | None:
    value = row.labelled(wanted.name_words) or _person(wanted, row)
    if not value:
        return None
    plain = _LEGAL_FORM.sub("", " ".join(value.split())).removeprefix("Fa. ")
    return plain.title() if plain.isupper() and len(plain) > _SHORT_WORD else plain


def _person(wanted: Wanted, row: Row) -> str | None:
    if value := row.labelled(wanted.name_words):
        return value[:_LONGEST_TEXT]
    found = _PERSON.search(row.text)
    return found[1] if found else None


def _pattern(pattern: re.Pattern[str]) -> "_Finder":
    def find(wanted: Wanted, row: Row) -> str | None:
        found = pattern.search(row.labelled(wanted.name_words)) or pattern.search(row.data)
        return found[0] if found else None

    return find


def _currency(wanted: Wanted, row: Row) -> str | None:
    found = _CURRENCY.search(row.data)
    return _SYMBOLS.get(found[0], found[0]) if found else None


_Finder = Callable[[Wanted, Row], str | None]
_FINDERS: tuple[tuple[str, _Finder], ...] = (
    (_QUOTED, _quote),
    ("reason why rationale justif explan evidence grund begrund raison", _reason),
    ("language lang$ sprache langue idioma lingua", _language),
    ("reply response answer_ draft antwort reponse respuesta", _reply),
    ("summar sentence gist abstract headline title zusammenfass resum riassunt describ", _summary),
    ("keyword tags stichw mots", _keywords),
    ("theme topic issue subject thema sujet tema", _topic),
    ("email e-mail mail", _pattern(_EMAIL)),
    ("url website link", _pattern(_URL)),
    ("phone telephone telefon", _pattern(_PHONE)),
    ("currency wahrung devise", _currency),
    ("date deadline datum fecha data_", _date),
    ("vendor supplier company lieferant firma fournisseur merchant organi", _vendor),
    ("name person author customer", _person),
    ("id number nummer reference order", _pattern(_LONG_NUMBER)),
)
"""What a property is called, or begins to be called, and who finds it."""


def _most_related(wanted: Wanted, row: Row) -> str | None:
    """The sentence that shares most with the property; the weightiest where none does."""
    subjects = set(subjects_of(fold(wanted.about), list(wanted.words)))
    stems = {word[:5] for word in wanted.words if len(word) > _SHORT_WORD}

    def related(sentence: str) -> float:
        words = words_of(fold(sentence))
        shared = sum(word[:5] in stems for word in words)
        return shared + len(subjects & set(subjects_of(fold(sentence), words)))

    best = max(row.sentences, key=related)
    if wanted.optional and not related(best):
        return None
    if not related(best):
        best = max(row.sentences[:4], key=lambda sentence: _weight(sentence, row))
    return clause(best, _LONGEST_SUMMARY) or None


def _weight(sentence: str, row: Row) -> float:
    """How much a sentence says: its subjects, and some words, but not too many."""
    folded = fold(sentence)
    words = words_of(folded)
    said = subjects_of(folded, words)
    return min(sum(said.values()), 4) + min(len(words), 8) / 8 - (len(words) > _MOST_WORDS)


def clause(sentence: str, longest: int) -> str:
    """A sentence as one line, cut at the end of a clause or a word where it is too long."""
    line = " ".join(sentence.split()).strip(" \"“”«»'")
    if len(line) <= longest:
        return line.rstrip(",;:-– ")
    short = line[: longest - 1]
    comma = max(short.rfind(mark) for mark in (", ", "; ", " - ", " – ", ": "))
    cut = comma if comma >= _SHORTEST_CLAUSE * 2 else max(short.rfind(" "), _SHORTEST_CLAUSE)
    return short[:cut].rstrip(" ,;:-–") + "…"

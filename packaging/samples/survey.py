"""survey-answers.xlsx: a town library asks its visitors, and the workbook is as people send it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from samples.people import meet
from samples.phrases import Deck, Dice, fill, read_sections, spin, with_typos

TITLE = "Northgate Libraries – visitor survey, September 2026 (all branches, raw answers)"
HEADER = (
    "Response",
    "Submitted",
    "Branch",
    "How often do you visit the library?",
    "Overall, how satisfied are you with the library?\n(1 = not at all, 5 = very)",
    "Which of these have you used in the last twelve months? (choose all that apply)",
    "What do you like most about the library?",
    "If you could change one thing about the library, what would it be, and why?",
    "Roughly how much did you pay us this year in fees and copies? (£)",
    "Age group",
    "May we write to you about your answers? (e-mail, voluntary)",
)
ROWS = 400
HEADER_LINE = 3
_REPEATED = 0.04
_SHORT = 60
"""Two people may say the same in up to this many characters."""
_LANGUAGES = {"en": 84, "pl": 4, "de": 3, "fr": 3, "es": 3, "pt": 2, "it": 1}
_BRANCHES = {
    "Central Library": 46,
    "Fenwick Road": 17,
    "Harbour": 14,
    "St Aldate's": 11,
    "Mobile library (bus)": 6,
    "": 6,
}
_OFTEN = {"Weekly": 34, "Two or three times a month": 24, "Monthly": 20, "Less often": 15, "": 7}
_USED = (
    "Borrowing books",
    "E-books",
    "Computers",
    "Printing",
    "Children's events",
    "Study space",
    "Home delivery",
)
_AGES = {"16–24": 14, "25–44": 30, "45–64": 28, "65 and over": 21, "Prefer not to say": 7}
_MOODS = {"happy": 47, "mixed": 34, "unhappy": 19}
_STARS: dict[str, dict[int, float]] = {
    "happy": {5: 64, 4: 33, 3: 2, 1: 1},
    "mixed": {4: 35, 3: 52, 2: 11, 5: 2},
    "unhappy": {1: 38, 2: 45, 3: 14, 4: 3},
}
_LOOSE_MARK = re.compile(r" +([,.])| +$|(?<=[^.][.!?])\.(?!\.)")
_MAY_SAY_TWO_THINGS = {("en", "like"), ("en", "change", "happy"), ("en", "change", "mixed")}
_FEES = "0.00 0.00 0.00 1.10 1.50 2.20 4.50 12.00 0.80 18.40 7.70"
_START = datetime(2026, 9, 1, 9, 4)  # noqa: DTZ001 - a survey tool prints its local time
_CODES = (
    ("Branch", "Central Library", "Northgate, Market Square 1"),
    ("Branch", "Fenwick Road", "closed for rebuilding since 14 September"),
    ("Branch", "Harbour", "shares its building with the customer centre"),
    ("Branch", "St Aldate's", "volunteers on Saturdays"),
    ("Branch", "Mobile library (bus)", "eleven stops, see timetable"),
    ("Satisfaction", "1", "not at all satisfied"),
    ("Satisfaction", "5", "very satisfied"),
    ("Satisfaction", "(empty)", "question skipped"),
    (
        "Answers",
        "",
        "typed by the visitors, or copied from paper forms by the staff; not corrected",
    ),
)


@dataclass(frozen=True)
class Opinion:
    """What one visitor answered, before the number and the time."""

    branch: str
    often: str
    stars: int | None
    used: str
    likes: str
    would_change: str
    fees: Decimal | None
    age: str
    mail: str


class Visitors:
    """Deals out opinions from the phrase file."""

    def __init__(self, seed: int) -> None:
        self.dice = Dice(seed)
        self._decks = {
            section.heading: Deck(section.phrases, self.dice, "long" not in section.heading)
            for section in read_sections("survey.txt")
        }

    def opinion(self) -> Opinion:
        """What the next visitor says."""
        dice = self.dice
        language, mood = dice.weighted(_LANGUAGES), dice.weighted(_MOODS)
        stars = None if dice.chance(0.04) else dice.weighted(_STARS[mood])
        wants_answer = dice.chance(0.12)
        return Opinion(
            branch=dice.weighted(_BRANCHES),
            often=dice.weighted(_OFTEN),
            stars=stars,
            used="; ".join(each for each in _USED if dice.chance(0.35)),
            likes=self._likes(language, mood),
            would_change=self._would_change(language, mood),
            fees=None if dice.chance(0.3) else Decimal(dice.pick(_FEES.split())),
            age=dice.weighted(_AGES),
            mail=meet(language, "GB", dice).mail if wants_answer else "",
        )

    def _likes(self, language: str, mood: str) -> str:
        if self.dice.chance(0.45 if mood == "unhappy" else 0.14):
            return ""
        short = language == "en" and self.dice.chance(0.2)
        return self._said((language, "like", "short") if short else (language, "like"))

    def _would_change(self, language: str, mood: str) -> str:
        if self.dice.chance(0.08):
            return ""
        if language == "en":
            mood = self.dice.weighted({mood: 79, "short": 17, "long": 4})
        tried = ((language, "change", each) for each in (mood, "mixed", "happy"))
        said = (self._said(deck) for deck in tried if deck in self._decks)
        return next((each for each in said if each), "")

    def _said(self, deck: tuple[str, ...]) -> str:
        dice = self.dice
        text = _tidy(fill(spin(self._decks[deck].deal(), dice), {}))
        if deck in _MAY_SAY_TWO_THINGS and dice.chance(0.15):
            join = dice.pick([" Also: ", "\n", " + ", "\n- ", " / "])
            text += join + _tidy(fill(spin(self._decks[deck].deal(), dice), {}))
        if deck[-1] == "long":
            return text
        text = with_typos(text, dice.weighted({0: 86, 1: 11, 2: 3}), dice)
        if dice.chance(0.12):
            text = text.lower().rstrip(".")
        return text.upper() if dice.chance(0.03) else text


def _tidy(text: str) -> str:
    return _LOOSE_MARK.sub(r"\1", text).strip()


def table(seed: int = 20_260_901) -> list[tuple[str, datetime, Opinion]]:
    """The answers: number, time, opinion; about one in twenty says what another one said."""
    visitors = Visitors(seed)
    dice = visitors.dice
    rows: list[tuple[str, datetime, Opinion]] = []
    submitted = _START
    while len(rows) < ROWS:
        submitted += timedelta(minutes=dice.between(2, 190))
        short = [said for _, _, said in rows if len(said.likes + said.would_change) < _SHORT]
        again = bool(short) and dice.chance(_REPEATED)
        opinion = replace(dice.pick(short), mail="") if again else visitors.opinion()
        rows.append((f"{len(rows) + 1:04d}", submitted, opinion))
    return rows


def write(path: Path) -> None:
    """The workbook: a title above the header, real dates and numbers, a second sheet of codes."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        book.set_properties({"title": TITLE, "created": _START})
        title = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        sheet = book.add_worksheet("Answers")
        sheet.write_string(0, 0, TITLE, title)
        for column, question in enumerate(HEADER):
            sheet.write_string(HEADER_LINE - 1, column, question, head)
        _write_answers(book, sheet)
        _write_codes(book.add_worksheet("Codes"), head)


def _write_answers(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    money = book.add_format({"num_format": "0.00"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.freeze_panes(HEADER_LINE, 1)
    sheet.set_column(1, 5, 18)
    sheet.set_column(6, 7, 60)
    for line, (number, submitted, said) in enumerate(table(), start=HEADER_LINE):
        sheet.write_string(line, 0, number)
        sheet.write_datetime(line, 1, submitted, day)
        for column, text in ((2, said.branch), (3, said.often), (5, said.used), (9, said.age)):
            _write_text(sheet, line, column, text)
        if said.stars is not None:
            sheet.write_number(line, 4, said.stars)
        for column, text in ((6, said.likes), (7, said.would_change)):
            if text:
                sheet.write_string(line, column, text, wrap)
        if said.fees is not None:
            sheet.write_number(line, 8, float(said.fees), money)
        _write_text(sheet, line, 10, said.mail)


def _write_text(sheet: Worksheet, line: int, column: int, text: str) -> None:
    if text:
        sheet.write_string(line, column, text)


def _write_codes(sheet: Worksheet, head: Format) -> None:
    sheet.set_column(1, 2, 40)
    for column, name in enumerate(("Column", "Value", "Meaning")):
        sheet.write_string(0, column, name, head)
    for line, row in enumerate(_CODES, start=1):
        for column, text in enumerate(row):
            sheet.write_string(line, column, text)

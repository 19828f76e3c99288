"""invoice-lines.csv: a ledger exported by a German accounting program, in its own number look."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from samples.phrases import Deck, Dice, Section, Slots, fill, read_sections, spin, with_typos

HEADER = (
    "Document",
    "Posting date",
    "Vendor no.",
    "Vendor",
    "Description",
    "Quantity",
    "Unit price",
    "Net amount",
    "Currency",
    "VAT %",
    "Cost centre",
    "Note",
)
ROWS = 800
_REPEATED = 0.05
_START = date(2026, 7, 1)
_MONTHS = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
_CENTRES = {"0100": 22, "0210": 18, "0220": 14, "0300": 12, "0410": 11, "NA": 7, "": 16}
_NOTES = {
    "": 800,
    "bitte prüfen": 12,
    "doppelt?": 10,
    "Skonto 2 %": 14,
    "-5 % Rabatt fehlt": 6,
    "=SUMME(H12:H14)": 4,
    "@Buchhaltung: Beleg fehlt": 8,
    "+49 30 23125 112 anrufen": 5,
    "Freigabe Fr. Hahn": 14,
    "s. Vertrag 00417": 10,
    "NA": 8,
    "Kostenstelle falsch,\nrichtig wäre 0300": 5,
    "Teillieferung; Rest im Oktober": 8,
    "n/a": 6,
    "o.k.": 12,
}
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Vendor:
    """A vendor as the ledger spells it, its number there and its usual VAT rate."""

    spellings: tuple[str, ...]
    number: str
    vat: str
    lines: Deck


@dataclass(frozen=True)
class Line:
    """A posted line before its document number; the amount is without VAT."""

    posted: date
    vendor: str
    number: str
    description: str
    quantity: int
    price: Decimal
    currency: str
    vat: str
    centre: str
    note: str


class Ledger:
    """Deals out lines from the phrase file."""

    def __init__(self, seed: int) -> None:
        self.dice = Dice(seed)
        self._vendors = [_vendor(each, self.dice) for each in read_sections("invoices.txt")]
        self._weights = {place: self.dice.between(4, 20) for place in range(len(self._vendors))}

    def line(self, posted: date) -> Line:
        """A new line."""
        dice = self.dice
        vendor = self._vendors[dice.weighted(self._weights)]
        phrase, prices, most = (part.strip() for part in vendor.lines.deal().rsplit(" | ", 2))
        description = fill(spin(phrase, dice), _slots(posted, dice)).strip()
        return Line(
            posted=posted,
            vendor=_spelled(vendor, dice),
            number=vendor.number,
            description=self._typed(description),
            quantity=_quantity(int(most), dice),
            price=_price(prices, dice),
            currency="USD" if vendor.spellings[0].endswith("Inc.") else "EUR",
            vat=vendor.vat,
            centre=dice.weighted(_CENTRES),
            note=dice.weighted(_NOTES),
        )

    def _typed(self, description: str) -> str:
        dice = self.dice
        text = with_typos(description, dice.weighted({0: 93, 1: 7}), dice)
        if dice.chance(0.05):
            return text.upper().replace("SS", "ss").replace("ß", "SS").replace("ss", "SS")
        if dice.chance(0.03):
            return (
                f"{text}\n{dice.pick(['lt. Angebot vom 12.06.', 'Lieferschein 0048127', 'netto'])}"
            )
        return text[:28] if dice.chance(0.03) else text


def _vendor(section: Section, dice: Dice) -> Vendor:
    spellings, number, vat = section.heading
    named = tuple(each.strip() for each in spellings.split(";"))
    return Vendor(named, number, vat, Deck(section.phrases, dice))


def _spelled(vendor: Vendor, dice: Dice) -> str:
    return vendor.spellings[0] if dice.chance(0.4) else dice.pick(vendor.spellings)


def _slots(posted: date, dice: Dice) -> Slots:
    return {
        "month": lambda: _MONTHS[posted.month - 1],
        "emonth": lambda: f"{posted:%B}",
        "week": lambda: str(posted.isocalendar().week - 1),
        "n": lambda: str(dice.between(3, 9)),
    }


def _quantity(most: int, dice: Dice) -> int:
    if most == 1 or dice.chance(0.25):
        return 1
    return most if dice.chance(0.05) else dice.between(1, min(most, 60))


def _price(span: str, dice: Dice) -> Decimal:
    least, most = (Decimal(each) for each in span.split())
    price = least + (most - least) * dice.between(0, 100) / 100
    if dice.chance(0.5) and abs(price) > 20:  # noqa: PLR2004 - small prices are rarely round
        price = price.to_integral_value()
    return price.quantize(_CENT)


def _german(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(".,", ",."))


def table(seed: int = 20_260_701) -> list[tuple[str, ...]]:
    """The rows, the header first; about one in twenty repeats a line of the weeks before."""
    ledger = Ledger(seed)
    dice = ledger.dice
    made: list[Line] = []
    posted = _START
    while len(made) < ROWS:
        if dice.chance(0.11):
            posted += timedelta(days=dice.between(1, 2))
        again = bool(made) and dice.chance(_REPEATED)
        line = replace(dice.pick(made[-60:]), posted=posted) if again else ledger.line(posted)
        made.append(line)
    return [HEADER, *(_row(number, line) for number, line in enumerate(made, start=871))]


def _row(number: int, line: Line) -> tuple[str, ...]:
    return (
        f"{number:06d}",
        f"{line.posted:%d.%m.%Y}",
        line.number,
        line.vendor,
        line.description,
        str(line.quantity),
        _german(line.price),
        _german(line.price * line.quantity),
        line.currency,
        line.vat,
        line.centre,
        line.note,
    )

"""support-tickets.csv: what people write to the maker of a smart thermostat."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from samples.people import Person, company, meet, phone
from samples.phrases import Deck, Dice, Section, Slots, fill, read_sections, spin, with_typos

HEADER = (
    "Ticket",
    "Received",
    "Channel",
    "Customer",
    "Contact",
    "Country",
    "Product",
    "Order",
    "Order total",
    "Message",
)
ROWS = 600
_REPEATED = 0.05
_FILES = ("tickets_en.txt", "tickets_long.txt", "tickets_short.txt", "tickets_world.txt")
_LANGUAGES = {"en": 58, "de": 16, "fr": 7.5, "es": 7, "it": 4, "pt": 3.5, "pl": 2.5, "ja": 1.5}
_COUNTRIES: dict[str, dict[str, float]] = {
    "en": {"GB": 50, "US": 22, "IE": 12, "NA": 6, "CA": 6, "NL": 4},
    "de": {"DE": 75, "AT": 13, "CH": 12},
    "fr": {"FR": 75, "BE": 17, "CH": 8},
    "es": {"ES": 80, "MX": 20},
    "it": {"IT": 90, "CH": 10},
    "pt": {"BR": 60, "PT": 40},
    "pl": {"PL": 1},
    "ja": {"JP": 1},
}
_KINDS = {"text": 66, "tiny": 13, "long": 5, "phone": 8, "social": 8}
_CHANNELS: dict[str, dict[str, float]] = {
    "text": {"Email": 50, "Web form": 28, "Chat": 22},
    "tiny": {"Chat": 60, "Web form": 25, "Email": 15},
    "long": {"Email": 70, "Web form": 30},
    "phone": {"Phone": 1},
    "social": {"Social": 1},
}
_GREETS = {"Email": 0.8, "Web form": 0.4, "Chat": 0.15}
_CLOSES = {"Email": 0.75, "Web form": 0.35, "Chat": 0.1}
_PRICES = {
    "Thermostat T2": "149.00 149.00 149.00 149.00 178.00 178.00 249.90 298.00 447.00 1249.00",
    "Radiator Valve": "38.80 38.80 77.60 119.00 232.80",
    "Hub 3": "89.50 89.50 99.00 179.00",
    "Air Sensor": "49.00 49.00 79.00 98.00 980.00",
    "Door Sensor": "19.00 24.90 38.00 1.10",
    "Plus plan": "4.99 4.99 5.49 47.90",
    "Gift card": "25.00 50.00 100.00",
}
_ANY_PRICE = "4.99 24.90 89.50"
_RATES = {"JP": 150, "MX": 20, "PL": 4, "BR": 6, "NA": 20}
_MONEY = {
    "GB": "£{}",
    "US": "${}",
    "CA": "C${}",
    "CH": "CHF {}",
    "NA": "N$ {}",
    "BR": "R$ {}",
    "MX": "{} pesos",
    "PL": "{} zł",
    "JP": "{}円",
}
_POINT_COUNTRIES = {"GB", "US", "IE", "CA", "CH", "NA", "MX"}
_START = datetime(2026, 9, 28, 6, 12)  # noqa: DTZ001 - a helpdesk prints its local time


@dataclass(frozen=True)
class Ticket:
    """A row before its number and its time."""

    channel: str
    person: Person
    contact: str
    product: str
    order: str
    total: str
    message: str


class Desk:
    """Deals out tickets from the phrase files."""

    def __init__(self, seed: int) -> None:
        self.dice = Dice(seed)
        sections = read_sections(*_FILES)
        self._decks = {
            (language, kind): Deck(_cards(sections, language, kind), self.dice, kind != "long")
            for language, kind in {section.heading[:2]: None for section in sections}
        }

    def deal(self, language: str, kind: str) -> str:
        """A phrase of the language and kind, "" where there is none."""
        deck = self._decks.get((language, kind))
        return deck.deal() if deck else ""

    def ticket(self, received: datetime) -> Ticket:
        """A new ticket."""
        dice = self.dice
        language, kind = dice.weighted(_LANGUAGES), dice.weighted(_KINDS)
        card = self.deal(language, kind)
        if not card:
            kind, card = "text", self.deal(language, "text")
        products, _, phrase = card.rpartition("\t")
        country = dice.weighted(_COUNTRIES[language])
        person = meet(language, country, dice)
        channel = dice.weighted(_CHANNELS[kind])
        product = self._product(products)
        blank = Ticket(channel, person, "", product, self._order(product), "", "")
        price = self._price(product, country)
        slots = self._slots(blank, price, received)
        message = self._worded(phrase, kind, blank, slots).strip()
        return replace(
            blank,
            contact=self._contact(blank),
            total=f"{price:,.2f}" if blank.order else "",
            message=message,
        )

    def _product(self, products: str) -> str:
        named = [each.strip() for each in products.split(",") if each.strip()]
        if not named:
            return self.dice.weighted({"": 80, "N/A": 20})
        return self.dice.pick(named)

    def _order(self, product: str) -> str:
        known = product in _PRICES and self.dice.chance(0.75)
        return f"{self.dice.between(41_000, 99_999):07d}" if known else ""

    def _price(self, product: str, country: str) -> Decimal:
        price = self.dice.pick(_PRICES.get(product, _ANY_PRICE).split())
        return Decimal(price) * _RATES.get(country, 1)

    def _contact(self, ticket: Ticket) -> str:
        person = ticket.person
        if ticket.channel == "Social":
            return person.handle
        if ticket.channel == "Phone":
            return phone(person.country, self.dice)
        return person.mail if self.dice.chance(0.85) else ""

    def _worded(self, phrase: str, kind: str, ticket: Ticket, slots: Slots) -> str:
        dice, language = self.dice, ticket.person.language
        text = fill(spin(phrase, dice), slots)
        if kind != "text":
            return text
        if dice.chance(0.3) and (aside := self.deal(language, "aside")):
            text = f"{text.rstrip()} {fill(spin(aside, dice), slots)}"
        text = self._hurried(text, ticket.channel)
        if dice.chance(_GREETS[ticket.channel]):
            text = fill(self.deal(language, "open"), slots) + text
        if dice.chance(_CLOSES[ticket.channel]):
            text = text.rstrip() + fill(self.deal(language, "close"), slots)
        return text

    def _hurried(self, text: str, channel: str) -> str:
        dice = self.dice
        text = with_typos(text, dice.weighted({0: 74, 1: 18, 2: 6, 3: 2}), dice)
        if channel == "Chat" and dice.chance(0.5):
            text = text.lower().rstrip(". ")
        if dice.chance(0.04):
            text = text.upper()
        if dice.chance(0.05):
            text = text.rstrip(". ") + dice.pick(["!!", "!!!", "???", " :(", " 😤", " 🙏", " 😕"])
        return text

    def _slots(self, ticket: Ticket, price: Decimal, received: datetime) -> Slots:
        dice, person = self.dice, ticket.person
        ago = received - timedelta(days=dice.between(3, 24))
        return {
            "product": lambda: ticket.product,
            "order": lambda: ticket.order or f"{dice.between(41_000, 99_999):07d}",
            "ticket": lambda: f"{dice.between(11, 480):05d}",
            "sum": lambda: _money(price, person.country),
            "date": lambda: _date(ago, person.language),
            "n": lambda: str(dice.between(2, 9)),
            "name": lambda: person.name,
            "first": lambda: person.first,
            "company": lambda: company(dice),
        }


def _cards(sections: list[Section], language: str, kind: str) -> list[str]:
    """Phrases behind the products they may be about and a tab, where the heading names any."""
    return [
        "\t".join([*section.heading[2:], phrase])
        for section in sections
        if section.heading[:2] == (language, kind)
        for phrase in section.phrases
    ]


def _money(price: Decimal, country: str) -> str:
    text = f"{price:,.2f}"
    if country not in _POINT_COUNTRIES:
        text = text.translate(str.maketrans(".,", ",."))
    if country == "JP":
        text = f"{price:,.0f}"
    return _MONEY.get(country, "{} €").format(text)


def _date(day: datetime, language: str) -> str:
    forms = {
        "de": "{0.day}.{0.month}.",
        "pl": "{0.day}.{0.month:02d}",
        "ja": "{0.month}月{0.day}日",
    }
    english = f"{day.day} {day:%B}"
    return english if language == "en" else forms.get(language, "{0.day}/{0.month:02d}").format(day)


def table(seed: int = 20_261_005) -> list[tuple[str, ...]]:
    """The rows, the header first."""
    desk = Desk(seed)
    dice = desk.dice
    rows: list[tuple[str, ...]] = [HEADER]
    made: list[Ticket] = []
    received, number = _START, 87
    while len(made) < ROWS:
        received += timedelta(minutes=dice.between(1, 95))
        if received.hour < 6:  # noqa: PLR2004 - few people write before six
            received += timedelta(hours=6)
        number += dice.weighted({1: 80, 2: 15, 5: 5})
        again = bool(made) and dice.chance(_REPEATED)
        made.append(dice.pick(made[-40:]) if again else desk.ticket(received))
        rows.append(_row(number, received, made[-1]))
    return rows


def _row(number: int, received: datetime, ticket: Ticket) -> tuple[str, ...]:
    return (
        f"{number:05d}",
        f"{received:%Y-%m-%d %H:%M}",
        ticket.channel,
        ticket.person.name,
        ticket.contact,
        ticket.person.country,
        ticket.product,
        ticket.order,
        ticket.total,
        ticket.message,
    )

"""Invented people: names by country, and ways to reach them that reach nobody."""

import unicodedata
from dataclasses import dataclass

from samples.phrases import Dice

_FIRST = {
    "en": "Amelia Ben Charlotte Daniel Ellie Finn Grace Harriet Isaac Joanne Kofi Liam Maureen "
    "Nadia Owen Priya Rhys Siobhan Tom Wendy Yusuf Zoe Margaret Derek Aoife Malik Bronwyn Ted",
    "de": "Anke Björn Claudia Dieter Elif Florian Gudrun Heike Jonas Katharina Lutz Mareike Nele "
    "Özgür Petra Rüdiger Sabine Thorsten Ulrike Vera Wolfgang Änne",
    "fr": "Agnès Baptiste Chloé Didier Élodie Fabrice Hélène Inès Julien Léa Maëlle Noé Thierry",
    "es": "Álvaro Begoña Carmen Diego Íñigo Lucía María Nuria Óscar Pilar Ramón Xavi",
    "it": "Alessia Bruno Chiara Davide Elisa Nicolò Paola Ugo",
    "pt": "Beatriz Caio Fátima Gonçalo João Letícia Rui Thaís",
    "pl": "Agnieszka Bartosz Grażyna Łukasz Małgorzata Paweł Zofia",
    "ja": "美咲 健太 陽子 翔 さくら",
}
_LAST = {
    "en": "Abbott Bairstow Carmichael D'Souza Eastwood Fairclough Gallagher Hughes Iqbal Jackson "
    "Kaur Llewellyn McBride Ncube O'Brien Patel Quigley Rashid Shipley Turner Udoh Whitlock Young "
    "Zhang Oakes-Finch Harker Pym Sutcliffe",
    "de": "Aydın Brandt Czerny Dörr Engelhardt Fuchs Größler Hahn Janßen Köhler Lindner Müller "
    "Neumann Ostermann Pohl Reuß Schäfer Töpfer Ulrich Vogt Weiß Yıldız Zimmermann von_Hagen",
    "fr": "Arnaud Bérard Chevalier Delacroix Faure Girard Lefèvre Moreau N'Diaye Petit Rousseau",
    "es": "Aguilar Benítez Castaño Domínguez Echeverría Fuentes Muñoz Ortega Peña Rojas Vázquez",
    "it": "Bellini Conti De_Luca Ferrara Mancini Ricci Sarti",
    "pt": "Almeida Barbosa Carvalho Gonçalves Nogueira Simões",
    "pl": "Dąbrowska Jabłoński Kowalczyk Mazur Wiśniewska Zieliński",
    "ja": "佐藤 鈴木 高橋 田中 渡辺",
}
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ı": "i"})
_FAMILY_FIRST = {"ja"}
_PHONES = {
    # Numbers that the regulators keep free for fiction.
    "DE": "+49 30 23125 {:03d}",
    "GB": "+44 20 7946 0{:03d}",
    "US": "+1 212 555 0{:03d}",
    "FR": "+33 1 99 00 {:02d} 12",
}
_COMPANIES = (
    "Harker & Pym Ltd",
    "Töpfer Hausverwaltung GmbH",
    "St Brannoc's Primary School",
    "Oakes-Finch Lettings",
    "Atelier Bérard SARL",
    "Praxis Dr. Größler",
    "Café Nogueira",
    "Castaño Reformas S.L.",
    "Millrace Housing Association",
    "Studio Conti S.r.l.",
)


@dataclass(frozen=True)
class Person:
    """Somebody who writes, in a language, from a country (ISO 3166)."""

    first: str
    last: str
    language: str
    country: str

    @property
    def name(self) -> str:
        """The full name in the order of the language."""
        if self.language in _FAMILY_FIRST:
            return f"{self.last} {self.first}"
        return f"{self.first} {self.last}"

    @property
    def mail(self) -> str:
        """An address in a domain kept free for examples, or "" where the name has no ASCII."""
        spelled = f"{self.first}.{self.last}".lower().translate(_SPELLED)
        plain = unicodedata.normalize("NFKD", spelled)
        kept = "".join(each for each in plain if each.isascii() and each not in "' ")
        return f"{kept}@example.com" if len(kept) > 1 else ""

    @property
    def handle(self) -> str:
        """A name on a social network."""
        return f"@{self.mail.split('@', maxsplit=1)[0].replace('.', '_') or 'user'}"


def meet(language: str, country: str, dice: Dice) -> Person:
    """Somebody new."""
    first = dice.pick(_FIRST[language].split())
    last = dice.pick(
        _LAST[language].replace("De Luca", "De_Luca").replace("von H", "von_H").split()
    )
    return Person(first, last.replace("_", " "), language, country)


def phone(country: str, dice: Dice) -> str:
    """A telephone number that rings nowhere, or "" for countries without such numbers."""
    form = _PHONES.get(country, "")
    return form.format(dice.between(0, 99)) if form else ""


def company(dice: Dice) -> str:
    """An invented company."""
    return dice.pick(_COMPANIES)

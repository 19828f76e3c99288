"""Whether a column seems to tell of people: by the words of its header, and by its values.

The words are of the languages tables come in most; a header must agree with what is below it.
"""

import re
from collections.abc import Callable, Sequence

from claude_batch_desk.core.tables.profile import Personal

_LONGEST_HEADER = 60
"""Characters; a longer one is a question, in which a word says little."""
_MOST = 0.8
_HALF = 0.5
_SOME = 0.1
_LONGEST_NAME = 60
_PHONE_DIGITS, _ACCOUNT_DIGITS = 6, 4

_WHOLE_HEADERS = (
    "name|names|full name|nom|nom complet|nombre|nombre completo|nome|nome completo|naam|navn|namn"
    "|nimi|imię|jméno|név|имя|фио|姓名|名前|氏名"
)
"""Headers that mean a person's name only where they stand alone: there are product names."""
_WORDS: dict[Personal, str] = {
    "email": "e mail|email|mail address|mail adresse|courriel|correo|correo electrónico|e post"
    "|eposta|почта|邮箱|メール",
    "phone": "phone|telephone|tel|fax|mobile|mobile number|cellphone|telefon|telefonnummer|handy"
    "|handynummer|mobilnummer|téléphone|teléfono|telefono|celular|móvil|cellulare|telefone|telemóvel"
    "|telefoon|telefoonnummer|puhelin|телефон|电话|手机|電話",
    "account": "iban|account number|account no|acct|konto|kontonummer|kontonr|compte bancaire"
    "|numéro de compte|número de cuenta|numero di conto|conta bancária|rekeningnummer|ssn"
    "|social security|sozialversicherungsnummer|steuernummer|steuer id|tax id|national insurance"
    "|passport|passport number|reisepass|ausweisnummer|dni|cpf|personnummer|bsn|pesel|credit card"
    "|card number|kreditkarte|carte bancaire|tarjeta|carta di credito|银行账号|身份证",
    "name": "first name|firstname|forename|given name|middle name|last name|lastname|surname"
    "|family name|fullname|maiden name|customer name|client name|contact name|employee name"
    "|patient name|student name|teacher name|author name|user name|your name|vorname|nachname"
    "|familienname|kundenname|ansprechpartner|prénom|nom de famille|nom du client|apellido"
    "|apellidos|nombre del cliente|sobrenome|cognome|voornaam|achternaam|fornavn|efternavn"
    "|etternavn|förnamn|efternamn|etunimi|sukunimi|nazwisko|příjmení|фамилия|отчество",
}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[\W_]+")
_WHOLE = frozenset(_WHOLE_HEADERS.split("|"))
_PHRASES = {what: tuple(f" {each} " for each in words.split("|")) for what, words in _WORDS.items()}


def personal_by(header: str, values: Sequence[str]) -> Personal:
    """What this header says of people, where a sample of the values (not empty) agrees."""
    what = _by_header(header)
    if not what or not values:
        return ""
    wanted, least = _AGREES[what]
    return what if sum(map(wanted, values)) >= least * len(values) else ""


def _by_header(header: str) -> Personal:
    if len(header) > _LONGEST_HEADER:
        return ""
    words = " ".join(_NOT_WORD.sub(" ", _CAMEL.sub(" ", header)).casefold().split())
    if words in _WHOLE:
        return "name"
    for what, phrases in _PHRASES.items():
        if any(phrase in f" {words} " for phrase in phrases):
            return what
    return ""


def _digits(value: str) -> int:
    return sum(map(str.isdecimal, value))


def _is_name(value: str) -> bool:
    return len(value) <= _LONGEST_NAME and not _digits(value) and any(map(str.isalpha, value))


_AGREES: dict[Personal, tuple[Callable[[str], bool], float]] = {
    "email": (lambda value: "@" in value, _SOME),
    "phone": (lambda value: _digits(value) >= _PHONE_DIGITS, _HALF),
    "account": (lambda value: _digits(value) >= _ACCOUNT_DIGITS, _HALF),
    "name": (_is_name, _MOST),
}

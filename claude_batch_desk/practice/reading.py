"""A row's prompt as a reader sees it: its labelled parts, sentences, numbers, dates, language."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from claude_batch_desk.practice.lexicon import fold, subjects_of, words_of

DOCUMENT = "attached-document"
"""The tag around a document's text. It is read as a whole, and by its `Label: value` lines."""
_MOST_CHARACTERS = 20_000
_FENCE = re.compile(r"<([A-Za-z][\w.-]*)(?:\s[^<>]*)?>(.*?)</\1>", re.DOTALL)
_QUOTED_BLOCK = re.compile(r'"""(.*?)"""|```\w*\n?(.*?)```', re.DOTALL)
_LABELLED = re.compile(r"^[ \t]*([^\W\d_][^\n:<>]{0,48}):[ \t]*(.*)$", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+|\n+|(?<=[。！？])")
_GREETING = re.compile(
    r"^(hi|hello|hey|dear|good (morning|afternoon|evening)|hallo|guten (tag|morgen|abend)|moin|"
    r"sehr geehrte|liebe|bonjour|salut|bonsoir|hola|buen[oa]s (d[ií]as|tardes)|ciao|buongiorno|"
    r"ol[aá]|bom dia|dzie[nń] dobry|こんにちは)\b[^.!?\n]{0,40}[,!.]*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^[-–—\s]*(many |much )?(thanks?( you)?|thx|cheers|(kind|best|warm)?\s?regards|yours \w+|best|"
    r"(vielen |herzlichen |besten )?dank[e]?|(viele|liebe|beste|freundliche) grüße|mfg|lg|vg|"
    r"mit freundlichen \w+|merci|(bien )?cordialement|(muchas )?gracias|(un )?saludos?|"
    r"grazie( mille)?|(cordiali |distinti )?saluti|obrigad[oa]|(com )?cumprimentos|"
    r"dzi[eę]kuj[eę]|pozdrawiam)\b[^?:]{0,34}$",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"^\s*(please\s+)?(classify|categori[sz]e|summari[sz]e|answer|extract|fill|decide|choose|"
    r"respond|reply with|write|give|return|translate|rate|code|assign|label|sort|tell|identify|"
    r"determine|here is|read the|you are|klassifiziere|fasse|ordne|beantworte|classe|résume|"
    r"clasifica|resume)\b|^[^.!?\n]{0,80}:\s*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,])[-−]?(?:[$€£¥]\s?)?\d[\d.,' \u00a0]*\d|(?<![\w.,])[-−]?\d")
_PHONE = re.compile(r"\+\d[\d ()/-]{6,}\d")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_POINT_DATE = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_SLASH_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_NAMED_DATE = re.compile(r"\b(?:(\d{1,2})\.? )?([A-Z][a-zé]+) (?:(\d{1,2}),? )?(\d{4})\b")
_DATE_ORDERS = (
    (_ISO_DATE, (1, 2, 3)),
    (_POINT_DATE, (3, 2, 1)),
    (_SLASH_DATE, (3, 2, 1)),
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PART_OF = {"outage": "technical", "safety": "technical", "refund": "billing"}
_SAYING = (
    "messag",
    "descri",
    "text",
    "comment",
    "answer",
    "review",
    "note",
    "body",
    "content",
    "feedback",
    "like",
    "change",
    "question",
    "nachricht",
    "beschreib",
    "kommentar",
)
_LATIN_END = "\u02af"
_SAID_WORDS = 5
_TELLING_WORDS = 120
_TELLING_CHARACTERS = 400
_THOUSANDS = 3
_MONTHS_IN_YEAR = 12
_LANGUAGE_WORDS = {
    "en": """the and is are you my i to of it not for was with this that have can please we your in
        a an be been does do if so there they when where who very one no just on at or by me our
        has had will would but from only all what how still""",
    "de": """der die das und ist ich nicht ein eine mit fur auf den von zu sie wir bitte es im am
        kein keine nach seit dem bei mein meine haben hat wird auch noch uns wie zur zum aber""",
    "fr": """de me mot le la les et est je vous pas une des pour que dans mon ma nous avec sur ne au
        du c'est
        un il elle etait mes votre n'est plus ce qui sans d'un j'ai n'ai suis ca sont depuis""",
    "es": """de el la los y es no una que por para mi con del se me en lo su muy esta como las
        desde ha han donde pero ya hay mas un al le todo""",
    "it": """il la e non un una che per con mi del sono di ho lo gli della alla ma questo le
        ancora dopo da ha dal nel piu due mai""",
    "pt": """de o a os e nao um uma que por para com meu do da em eu me as no na voce
        ainda minha foi esta muito sem ja""",
    "pl": """nie i w na jest sie z do to ze mam moj prosze czy jak dla po od za mi dwa razy juz
        tylko ale bardzo""",
    "nl": "de het een en is niet ik van mijn voor met op te dat zijn wij u maar ook naar",
}
_LANGUAGES_OF_WORD: dict[str, list[str]] = {}
for _code, _words in _LANGUAGE_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF_WORD.setdefault(_word, []).append(_code)
_LETTERS = {
    "de": "äöüß",
    "es": "ñ¿¡áíó",
    "pl": "łąęśżźć",
    "fr": "éèêàçœù",
    "it": "àèìòù",
    "pt": "ãõçáê",
}
_SCRIPTS = (("ja", "\u3040", "\u30ff"), ("ko", "\uac00", "\ud7a3"), ("zh", "\u4e00", "\u9fff"))
_OTHER_SCRIPTS = (
    ("ru", "\u0400", "\u04ff"),
    ("ar", "\u0600", "\u06ff"),
    ("el", "\u0370", "\u03ff"),
)


@dataclass(frozen=True)
class Part:
    """A labelled value of a prompt: a fenced element or a `Label: value` line."""

    label: str
    text: str

    @cached_property
    def label_words(self) -> frozenset[str]:
        """The words of the label, folded."""
        return frozenset(words_of(fold(self.label.replace("_", " "))))

    @cached_property
    def is_said(self) -> bool:
        """Whether it is running text, by its label or its length."""
        if any(word.startswith(_SAYING) for word in self.label_words):
            return True
        return len(self.text.split()) >= _SAID_WORDS


class Row:
    """The data of one prompt, apart from the instructions around it."""

    def __init__(self, prompt: str) -> None:
        prompt = prompt[:_MOST_CHARACTERS]
        self.around = _QUOTED_BLOCK.sub(" ", _FENCE.sub(" ", prompt))
        """The prompt without its fenced data; without any fence there is nothing but data."""
        self.parts: tuple[Part, ...] = tuple(_parts(prompt))
        self.text = _said(self.parts) if self.parts else _uninstructed(prompt)
        """What the row says: its parts of running text, or the longest where there are none.

        Nothing where all of them are empty."""
        self.data = "\n".join(part.text for part in self.parts) or self.text
        """All of its parts."""
        if self.around == prompt:
            self.around = ""

    @cached_property
    def folded(self) -> str:
        """What the row says, folded, without greeting and closing."""
        return fold("\n".join(self.sentences))

    @cached_property
    def words(self) -> list[str]:
        """The folded words of what the row says."""
        return words_of(self.folded)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The folded words of what the row says."""
        return frozenset(self.words)

    @cached_property
    def subjects(self) -> Counter[str]:
        """What the row is about."""
        found = subjects_of(self.folded, self.words)
        for subject, wider in _PART_OF.items():
            if found[subject]:
                found[wider] += 1
        return found

    @cached_property
    def side_subjects(self) -> Counter[str]:
        """What its other parts are about."""
        return subjects_of(self._others, words_of(self._others))

    @cached_property
    def side_vocabulary(self) -> frozenset[str]:
        """The folded words of its other parts."""
        return frozenset(words_of(self._others))

    @cached_property
    def _others(self) -> str:
        return fold("\n".join(part.text for part in self.parts if not part.is_said))

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Its sentences without greeting and closing; never empty, perhaps one empty text."""
        found = [part.strip() for part in _SENTENCE_END.split(self.text)]
        said = [
            part
            for part in found
            if part and not _GREETING.match(part) and not _CLOSING.match(part)
        ]
        return tuple(said) or (self.text.strip(),)

    @cached_property
    def language(self) -> str:
        """The code of the language it is most likely written in; "en" where nothing tells."""
        beginning = self.text[:_TELLING_CHARACTERS].lower()
        if max(beginning, default="") > _LATIN_END:
            for code, first, last in (*_SCRIPTS, *_OTHER_SCRIPTS):
                if sum(first <= letter <= last for letter in beginning) > 1:
                    return code
        counted = dict.fromkeys(("en", *_LANGUAGE_WORDS), 0.0)
        for word in self.words[:_TELLING_WORDS]:
            codes = _LANGUAGES_OF_WORD.get(word, ())
            for code in codes:
                counted[code] += 1 / len(codes)
        if not beginning.isascii():
            for code, letters in _LETTERS.items():
                counted[code] += sum(letter in beginning for letter in letters)
        return max(counted, key=lambda code: counted[code])

    def labelled(self, wanted: frozenset[str]) -> str:
        """The value whose label shares most words with those wanted; "" where none does."""
        scored = [
            (len(part.label_words & wanted) / len(part.label_words), -number)
            for number, part in enumerate(self.parts)
            if part.label_words & wanted
        ]
        return self.parts[-max(scored)[1]].text.strip() if scored else ""


def _uninstructed(prompt: str) -> str:
    """A prompt without the lines that tell what to do, if anything is left then."""
    lines = [line for line in prompt.strip().splitlines() if line.strip()]
    data = [line for line in lines if not _INSTRUCTION.match(line)]
    return "\n".join(data or lines).strip()


def _said(parts: Sequence[Part]) -> str:
    said = [part.text for part in parts if part.is_said]
    return "\n".join(said) or max((part.text for part in parts), key=len, default="")


def _parts(prompt: str) -> Iterator[Part]:
    fenced = False
    for found in _FENCE.finditer(prompt):
        fenced = True
        if found[1] == DOCUMENT:
            yield Part(DOCUMENT, found[2].strip())
            yield from _labelled(found[2])
            continue
        inside = list(_parts(found[2])) if "</" in found[2] else list(_labelled(found[2]))
        yield from inside or (Part(found[1], found[2].strip()),)
    if fenced:
        return
    for found in _QUOTED_BLOCK.finditer(prompt):
        fenced = True
        yield Part("", (found[1] or found[2] or "").strip())
    if not fenced:
        yield from _labelled(prompt)


def _labelled(text: str) -> Iterator[Part]:
    """The `Label: value` lines of a text, if it is made of them; a value may go on below."""
    found = list(_LABELLED.finditer(text))
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    if not found or (len(found) == 1 and not _LABELLED.match(first_line)):
        return
    ends = [each.start() for each in found[1:]] + [len(text)]
    for each, end in zip(found, ends, strict=True):
        value = _uninstructed(text[each.start(2) : end])
        if value:
            yield Part(each[1].strip(), value)


def numbers_in(text: str) -> list[float]:
    """The numbers of a text in their order; numbers with leading zeros are names, not numbers."""
    found = (read_number(each[0]) for each in _NUMBER.finditer(_without_names(text)))
    return [number for number in found if number is not None]


def _without_names(text: str) -> str:
    """A text without what has digits and is no amount: dates and phone numbers."""
    for pattern in (_PHONE, _ISO_DATE, _POINT_DATE, _SLASH_DATE):
        text = pattern.sub(" ", text)
    return text


def read_number(text: str) -> float | None:
    """A number as people write it, 1,249.00 or 1.249,00; None where it is none."""
    plain = re.sub(r"[$€£¥' \u00a0]", "", text.strip()).replace("\u2212", "-")
    digits = plain.lstrip("-")
    if not digits or (digits[0] == "0" and len(digits) > 1 and digits[1].isdigit()):
        return None
    last = max(plain.rfind("."), plain.rfind(","))
    if last >= 0:
        behind = len(plain) - last - 1
        mark = plain[last]
        other = "," if mark == "." else "."
        if other in plain or (behind != _THOUSANDS and plain.count(mark) == 1):
            plain = plain.replace(other, "").replace(mark, ".")
        else:
            plain = plain.replace(mark, "")
    try:
        return float(plain)
    except ValueError:
        return None


def date_in(text: str) -> date | None:
    """The first date of a text; day before month where both could be."""
    candidates: list[tuple[int, Sequence[str]]] = []
    for pattern, order in (
        (_ISO_DATE, (1, 2, 3)),
        (_POINT_DATE, (3, 2, 1)),
        (_SLASH_DATE, (3, 2, 1)),
    ):
        if found := pattern.search(text):
            candidates.append((found.start(), [found[group] for group in order]))
    if found := _NAMED_DATE.search(text):
        month = found[2][:3].lower()
        if month in _MONTHS:
            number = str(_MONTHS.index(month) + 1)
            candidates.append((found.start(), (found[4], number, found[1] or found[3] or "1")))
    for _, (year, month, day) in sorted(candidates, key=lambda candidate: candidate[0]):
        swap = int(month) > _MONTHS_IN_YEAR
        try:
            return date(int(year), int(day if swap else month), int(month if swap else day))
        except ValueError:
            continue
    return None

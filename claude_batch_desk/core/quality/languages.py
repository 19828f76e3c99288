"""Languages: which one a text is in, told only where that is sure.

Other scripts than the Latin one tell by their letters, by the blocks of the Unicode standard; the
main European languages by their most frequent short words. A text of a few words tells nothing.
"""

import re
from collections import Counter
from functools import cache

_WORD = re.compile(r"[^\W\d_]+")
_LOOKED_AT = 2_000
"""Characters; what a text begins in is what it is in."""
_LEAST_LETTERS = 8
_LEAST_IDEOGRAPHS = 4
"""One of them says as much as a word."""
_MOST_OF = 0.6
_MARGIN = 3
"""So many more short words of a language than of the next one make it sure."""

_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("Cyrillic letters", "\u0400-\u052f"),
    ("Greek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("Hebrew", "\u0590-\u05ff"),
    ("Arabic letters", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("Devanagari letters", "\u0900-\u097f"),
    ("Thai", "\u0e00-\u0e7f"),
    ("Korean", "\u1100-\u11ff\uac00-\ud7af"),
    ("Japanese", "\u3040-\u30ff"),
    ("Chinese", "\u3400-\u4dbf\u4e00-\u9fff"),
)
_IDEOGRAPHS = ("Chinese", "Japanese", "Korean")
_SHORT_WORDS: dict[str, str] = {
    "English": "the of and to in is was that for with are this not have be it from they which by "
    "on as has were their but been an had would who will more when at or i my me we our us you "
    "your he she his her do does did can could please if what there so just about after no any "
    "why how than then all some them",
    "German": "der die das und ist nicht ein eine einen einer mit für auf den dem des wird wurde "
    "sind auch zu von im sich bei oder aber nach wenn zur zum als es an hat kann keine war ich "
    "mir mich wir uns sie ihr ihre er mein meine bitte habe haben noch schon nur wie was kein man "
    "da so seit am dass diese dieser ihnen sehr mehr vom beim durch um gibt",
    "French": "le la les des est et une un dans pour que qui pas sur avec au du il elle ne ce "
    "cette sont été par plus en aux mais ou se sa son leur a de je vous nous mon ma mes votre vos "
    "me suis ai ont j l d n c qu y si avez comment même tout très fait depuis après être sans "
    "notre lui",
    "Spanish": "el la los las del que en una un por con para es no se su como más está fue son "
    "pero muy y lo al también sin sobre ha este esta de a me mi yo qué ni ya todo tengo si le les "
    "cuando porque desde puedo he hay nos mis hace ser tiene o entre hasta donde",
    "Italian": "il lo la gli della che di non per una un con sono è del dei nella più anche stato "
    "questo questa le si da in al alla come ma ha i e mi ho mio mia vi se dopo ancora quando "
    "perché ci l dal alle sul delle degli hanno essere c chi tutto",
    "Portuguese": "o os a as do da em um uma não para com por que foi mais são está ao pela seu "
    "sua dos das na no se como mas também é e de eu meu minha me já você tem isso quando até nos "
    "foram ser depois sem muito seus nem",
    "Dutch": "de het een van en is niet met voor op zijn dat werd ook aan naar te wordt er maar "
    "om door bij hij ze uit nog heeft geen in die ik mijn jullie u we wat kan heb mij hun als dan "
    "al deze dit wel zich werden na tot je wij hebben",
    "Swedish": "och att det är som en på av för med inte den har till ett var om de han hon från "
    "vi men kan så i jag min mitt ni mig hur vad ska detta där efter bara hade när oss eller alla",
    "Danish or Norwegian": "og det er at en af av til på med for ikke den som har et var de fra "
    "han hun men vi kan om der i å blev ble jeg min mit du mig meg hvad hva hvordan også skal vil "
    "denne når ved efter etter bare hos eller alle vært være",
    "Polish": "i w na z nie się jest do to że jak po od przez oraz dla był była ale o za tym "
    "które który są a czy mam moje mój proszę już mi tylko jeszcze co ze mnie jestem ma przy tej "
    "tego go jej",
}


def language(text: str) -> str:
    """What goes behind “in” for the language of a text, or its letters; "" where that is not sure.

    English, say, or Cyrillic letters.
    """
    words = _WORD.findall(text[:_LOOKED_AT].casefold())
    return _by_letters("".join(words)) or _by_words(words)


def _by_letters(letters: str) -> str:
    found = {name: len(pattern.findall(letters)) for name, pattern in _patterns()}
    if found["Japanese"]:  # which is written with ideographs as well
        found["Japanese"] += found.pop("Chinese")
    name, count = max(found.items(), key=lambda each: each[1])
    least = _LEAST_IDEOGRAPHS if name in _IDEOGRAPHS else _LEAST_LETTERS
    return name if count >= least and count >= _MOST_OF * len(letters) else ""


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(f"[{letters}]")) for name, letters in _SCRIPTS)


def _by_words(words: list[str]) -> str:
    spoken = _speakers()
    hits = Counter(name for word in words for name in spoken.get(word, ()))
    (first, most), (_, next_most) = [*hits.most_common(2), ("", 0), ("", 0)][:2]
    return first if most - next_most >= _MARGIN else ""


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """The languages of each short word."""
    lists = {name: frozenset(words.split()) for name, words in _SHORT_WORDS.items()}
    return {
        word: tuple(name for name, words in lists.items() if word in words)
        for word in frozenset().union(*lists.values())
    }

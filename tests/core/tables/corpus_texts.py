"""The corpus of awkward texts: encodings, delimiters, quotation marks, line ends, ragged rows."""

import csv
import gzip
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from claude_batch_desk.core.tables.table import ReadOptions
from tests.core.tables.corpus_sample import Exactly, Make, Refused, Sample, shape

AB = ("a", "b")
ONE = [["1", "2"]]
_RUSSIAN = [["город", "отзыв"], ["Москва", "Быстрая доставка, хорошая упаковка"]] * 4
_JAPANESE = [["都市", "感想"], ["東京", "配達が早くてとても良かったです"]] * 4
_CHINESE = [["城市", "评论"], ["北京", "发货很快, 包装完好, 下次还会再来"]] * 4
_KOREAN = [["도시", "의견"], ["서울", "배송이 빠르고 포장이 아주 좋았습니다"]] * 4
_GERMAN = [["Straße", "Größe"], ["Königsallee", "übergroß"], ["Ärztehaus", "mäßig"]]
_PRICES = [["Maß", "Preis in €"], ["½ Liter", "3,50 €"], ["¼ Liter", "2,10 €"]]


def text(content: str | bytes, encoding: str = "utf-8", name: str = "table.csv") -> Make:
    """A file with just this in it."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return make


def _written(rows: Iterable[list[str]]) -> str:
    lines = StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue()


def _in(encoding: str, rows: list[list[str]]) -> Sample:
    """These rows in some encoding."""
    return Sample(text(_written(rows), encoding), Exactly(tuple(rows[0]), list(rows[1:])))


def _kept(content: str | bytes, columns: tuple[str, ...], *rows: list[str]) -> Sample:
    """A text of which nothing needs saying."""
    return Sample(text(content), Exactly(columns, list(rows)))


def _refused(content: str | bytes, sentence: str) -> Sample:
    return Sample(text(content), Refused(sentence))


ENCODINGS = {
    "utf-8": _in("utf-8", _RUSSIAN),
    "utf-8 with a mark": _in("utf-8-sig", _RUSSIAN),
    "utf-16, as Excel's Unicode text": _in("utf-16", _GERMAN),
    "utf-16 the other way round": Sample(
        text("\ufeffa,b\r\nü,2\r\n", "utf-16-be"), Exactly(AB, [["ü", "2"]])
    ),
    "utf-16 without a mark": _in("utf-16-le", _GERMAN),
    "utf-32": _in("utf-32", _JAPANESE),
    "Windows, western": _in("cp1252", _GERMAN),
    "Windows, with euro signs": _in("cp1252", _PRICES),
    "Windows, Cyrillic": _in("cp1251", _RUSSIAN),
    "Shift JIS": _in("shift_jis", _JAPANESE),
    "GB 18030": _in("gb18030", _CHINESE),
    "EUC-KR": _in("euc_kr", _KOREAN),
    "KOI8-R": _in("koi8_r", _RUSSIAN),
    "one byte that is no utf-8": Sample(text(b"a,b\ncaf\xe9,2\n"), Exactly(AB, [["café", "2"]])),
    "an encoding that does not fit": Sample(
        text(b"a,b\n1,2\ncaf\xe9,2\n"), Refused("line 3"), ReadOptions(encoding="utf-8")
    ),
    "an encoding that nobody knows": Sample(
        text("a,b\n1,2\n"), Refused("“utf-7000” is not"), ReadOptions(encoding="utf-7000")
    ),
}

DELIMITERS = {
    "semicolons and decimal commas": _kept(
        "a;b\n1,5;2,25\n3,5;4\n", AB, ["1,5", "2,25"], ["3,5", "4"]
    ),
    "tabs": _kept("a\tb\n1,5\t2;3\n", AB, ["1,5", "2;3"]),
    "bars": _kept("a|b\n1,5|2\n2,5|3\n", AB, ["1,5", "2"], ["2,5", "3"]),
    "a hint of the delimiter": _kept("sep=;\r\na;b\r\n1,1;2\r\n", AB, ["1,1", "2"]),
    "carets, as chosen": Sample(
        text("a^b\n1^2\n"), Exactly(AB, [*ONE]), ReadOptions(delimiter="^")
    ),
    "a delimiter of two characters": Sample(
        text("a||b\n1||2\n"), Refused("one character"), ReadOptions(delimiter="||")
    ),
    "a delimiter at the end of each line": _kept(
        "a,b,\n1,2,\n", (*AB, "Column 3"), ["1", "2", ""]
    ),
    "one column of prose": _kept(
        "remarks\nWell, yes; no\nNever\nPerhaps\nGood\n",
        ("remarks",),
        ["Well, yes; no"], ["Never"], ["Perhaps"], ["Good"],
    ),
}  # fmt: skip

QUOTES = {
    "delimiters in quotes": _kept('a,b\n"1,5","x;y"\n', AB, ["1,5", "x;y"]),
    "doubled quotation marks": _kept('a,b\n"say ""no""",2\n', AB, ['say "no"', "2"]),
    "inches": _kept('a,b\n5" disk,2\n3.5" disk,1\n', AB, ['5" disk', "2"], ['3.5" disk', "1"]),
    "escaped quotation marks": Sample(
        text('a,b\n"say \\"no\\", now",2\n'),
        Exactly(AB, [['say "no", now', "2"]], ("is read as an escape",)),
    ),
    "newlines in cells": _kept('a,b\n"x\ny",2\n"\n",3\n', AB, ["x\ny", "2"], ["\n", "3"]),
    "Windows newlines in cells": _kept('a,b\r\n"x\r\ny",2\r\n', AB, ["x\r\ny", "2"]),
    "an empty cell in quotes": _kept('a,b\n"",2\n', AB, ["", "2"]),
    "a header in quotes over two lines": _kept('"a\nor b",c\n1,2\n', ("a or b", "c"), *ONE),
    "a quotation mark never closed": _refused('a,b\n1,2\n"3,4\n5,6\n', "line 3"),
    "a quotation mark opened at the very end": _refused('a,b\n1,2\n3,"', "line 3"),
    "an endless cell": _refused('a,b\n1,"' + "x\n" * (9 << 20), "line 2"),
}

LINES = {
    "carriage returns only": _kept("a,b\r1,2\r", AB, *ONE),
    "all kinds of line ends": _kept(
        "a,b\r\n1,2\n3,4\r5,6", AB, *ONE, ["3", "4"], ["5", "6"]
    ),
    "no newline at the end": _kept("a,b\n1,2", AB, *ONE),
    "separators of lines that end none": _kept(
        "a,b\nx\u2028y\x85z,2\n", AB, ["x\u2028y\x85z", "2"]
    ),
    "blank lines": Sample(
        text("\n\na,b\n\n1,2\n\n\n"), Exactly(AB, [*ONE], ("5 blank lines left out",))
    ),
    "rows of empty cells": Sample(
        text("a,b\n,\n1,2\n"), Exactly(AB, [["", ""], *ONE], ("1 row is blank (row 1)",))
    ),
    "NULs": Sample(
        text("a,b\nx\x00y,2\n"), Exactly(AB, [["xy", "2"]], ("NUL characters",))
    ),
    "control characters": _kept(
        "a,b\nring\x07 the bell\x1b[0m,2\n", AB, ["ring\x07 the bell\x1b[0m", "2"]
    ),
    "emoji, marks and right to left": _kept(
        "a,b\n👩‍👩‍👧,שלום\ne\u0301,\u200f\n", AB, ["👩‍👩‍👧", "שלום"], ["e\u0301", "\u200f"]
    ),
}  # fmt: skip

ROWS = {
    "longer rows": Sample(
        text("a,b\n1,2\n1,2,3\n1,2\n"),
        Exactly((*AB, "Column 3"), [["1", "2", ""], ["1", "2", "3"], ["1", "2", ""]], ("line 3",)),
    ),
    "shorter rows": Sample(
        text("a,b\n1,2\n3\n5,6\n"),
        Exactly(AB, [*ONE, ["3", ""], ["5", "6"]], ("1 row has fewer cells", "line 3")),
    ),
    "a title above the table": Sample(
        text("Sales of 2026\n\na,b,c\n1,2,3\n4,5,6\n"),
        Exactly((*AB, "c"), [["1", "2", "3"], ["4", "5", "6"]], ("1 line above the header",)),
    ),
    "two rows of headers": Sample(
        text("Q1,Q2,,\n,x,y,z\n1,a,b,c\n2,a,b,c\n3,a,b,c\n"),
        Exactly(
            ("Q1", "Q2 – x", "Q2 – y", "Q2 – z"),
            [[n, "a", "b", "c"] for n in "123"],
            ("two rows, which are joined",),
        ),
    ),
    "repeated and empty headers": _kept(
        "a,a,,a (2)\n1,2,3,4\n", ("a", "a (3)", "Column 3", "a (2)"), ["1", "2", "3", "4"]
    ),
    "headers that would break a prompt": _kept(
        "{{a}},\x07b\n1,2\n", AB, *ONE
    ),
    "a header as long as a text": _kept(
        f"{'word ' * 100},b\n1,2\n", (f"{('word ' * 100)[:199].rstrip()}…", "b"), *ONE
    ),
    "numbers and words that others change": _kept(
        "a,b\n007,NA\n1e5,null\n12345678901234567,=1+1\n01-02,nan\n",
        AB, ["007", "NA"], ["1e5", "null"], ["12345678901234567", "=1+1"], ["01-02", "nan"],
    ),
    "blanks around cells": _kept("a,b\n 1 ,\t2\n", AB, [" 1 ", "\t2"]),
    "a cell of a megabyte": _kept(f"a,b\n{'x' * (1 << 20)},2\n", AB, ["x" * (1 << 20), "2"]),
    "as many columns as a sheet has": Sample(
        text(",".join(map(str, range(16_384))) + "\n" + "," * 16_383 + "z\n"),
        shape(16_384, 1, "z"),
    ),
    "the same name in all columns": Sample(
        text("a" + ",a" * 16_383 + "\n" + "," * 16_383 + "z\n"), shape(16_384, 1, "z")
    ),
    "one column more": _refused(
        ",".join(map(str, range(16_385))) + "\n" + "," * 16_384 + "\n", "16,385 columns"
    ),
    "no rows": _refused("a,b\n", "a header but no rows"),
    "nothing": _refused("", "is empty"),
    "nothing but blank lines": _refused("\n\r\n\n", "nothing in it but blank lines"),
    "nothing but a mark": _refused(b"\xef\xbb\xbf", "nothing in it but blank lines"),
}  # fmt: skip

OTHERS = {
    "JSON Lines": Sample(
        text('{"a":"007","b":1.10}\n{"b":null,"c":[1, 2]}\n', name="t.jsonl"),
        Exactly((*AB, "c"), [["007", "1.10", ""], ["", "", "[1,2]"]]),
    ),
    "half of a character in JSON": Sample(
        text('{"a":"x\\ud83d"}\n', name="t.jsonl"), Exactly(("a",), [["x"]], ("halves of",))
    ),
    "JSON that breaks off": Sample(
        text('{"a":1}\n{"a":', name="t.jsonl"), Refused("line 2")
    ),
    "bytes of no text": _refused(bytes(range(256)) * 40, "not text"),
    "a text that was compressed": _refused(gzip.compress(b"a,b\n1,2\n"), "gzip"),
    "a document": _refused(b"%PDF-1.7\n1 0 obj\n", "PDF"),
    "a picture": _refused(b"\x89PNG\r\n\x1a\n" + bytes(99), "picture"),
    "a web page named as a workbook": Sample(
        text("<html><table><tr><td>1</td></tr></table></html>", name="t.xls"),
        Refused("web page"),
    ),
    "a text named as a workbook": Sample(
        text("a,b\n1,2\n", name="t.xlsx"), Exactly(AB, [*ONE], ("named like a workbook",))
    ),
}  # fmt: skip

TEXTS = {
    f"text: {name}": sample
    for name, sample in (ENCODINGS | DELIMITERS | QUOTES | LINES | ROWS | OTHERS).items()
}

"""Encodings: known from the bytes where possible, guessed and said where not."""

import codecs
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.table import ReadOptions
from tests.core.tables.reading import read_text

GREETING = "name,greeting\nJosé,¡qué día!\nZoë,naïve café — “fine”\n"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"", "utf-8"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_unicode_is_known_with_and_without_a_mark(
    tmp_path: Path, mark: bytes, encoding: str
) -> None:
    found = read_text(tmp_path, mark + GREETING.encode(encoding))
    assert (found.reading.encoding, found.reading.encoding_is_guess) == (encoding, False)
    assert found.columns == ("name", "greeting")
    assert found.rows[1] == ["Zoë", "naïve café — “fine”"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", GREETING * 5),
        ("cp1251", "имя,ответ\nАнна,Всё было очень хорошо\nБорис,Доставка опоздала на день\n"),
        ("shift_jis", "名前,答え\n田中,とても良かったです\n鈴木,配達が遅れました\n"),
        ("gb18030", "姓名,回答\n王伟,服务非常好，谢谢大家\n李娜,送货晚了一天，不太满意\n"),
    ],
)
def test_an_old_encoding_is_guessed_and_said(tmp_path: Path, encoding: str, text: str) -> None:
    found = read_text(tmp_path, text.encode(encoding))
    assert found.reading.encoding_is_guess
    header, first, *_ = text.splitlines()
    assert found.columns == tuple(header.split(","))
    assert found.rows[0] == first.split(",")


@pytest.mark.parametrize("word", ["naïve", "café €", "Größe", "it’s fine", "§ 5 °C", "Zoë"])
def test_a_single_word_passes_for_western(tmp_path: Path, word: str) -> None:
    found = read_text(tmp_path, f"a,b\n1,{word}\n".encode("cp1252"))
    assert found.rows == [["1", word]]


def test_english_does_not_hide_the_telling_lines(tmp_path: Path) -> None:
    text = "name,answer\n" + "Ann,all was well and good\n" * 500 + "Анна,Всё было хорошо\n"
    assert read_text(tmp_path, text.encode("cp1251")).rows[-1] == ["Анна", "Всё было хорошо"]


def test_one_odd_byte_does_not_stop_the_reading(tmp_path: Path) -> None:
    found = read_text(tmp_path, b"name,answer\n" + b"Ann,fine\n" * 20 + b"caf\xe9,ok\n")
    assert found.rows[-1] == ["café", "ok"]
    assert found.reading.encoding_is_guess


def test_a_chosen_encoding_is_obeyed(tmp_path: Path) -> None:
    text = "a,b\nß,1\n".encode("cp1252")
    assert read_text(tmp_path, text, ReadOptions(encoding="cp1251")).rows == [["Я", "1"]]


def test_a_chosen_encoding_reads_past_the_mark(tmp_path: Path) -> None:
    text = codecs.BOM_UTF8 + b'"a",b\n1,2\n'
    assert read_text(tmp_path, text, ReadOptions(encoding="utf-8")).columns == ("a", "b")


def test_a_chosen_encoding_that_does_not_fit_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="line 3 cannot be read"):
        read_text(tmp_path, b"a,b\n1,2\n\xff,4\n", ReadOptions(encoding="utf-8"))


@pytest.mark.parametrize("name", ["no-such", "zlib", "rot13", "\0"])
def test_what_is_no_encoding_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TableError, match="not the name of a text encoding"):
        read_text(tmp_path, "a,b\n1,2\n", ReadOptions(encoding=name))


def test_half_a_character_at_the_end_is_shown_as_such(tmp_path: Path) -> None:
    found = read_text(tmp_path, codecs.BOM_UTF8 + "a,b\n1,é".encode()[:-1])
    assert found.rows == [["1", "�"]]
    assert "not valid utf-8" in found.notes[0]


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"SQLite format 3\0", "a database"),
        (b"\x89PNG\r\n", "a picture"),
        (b"<!DOCTYPE html><table>", "a web page"),
        (b'\xef\xbb\xbf\n<?xml version="1.0"?>', "a web page or XML"),
        (bytes(range(1, 32)) * 40, "not text"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, start: bytes, what: str) -> None:
    with pytest.raises(TableError, match=what):
        read_text(tmp_path, start)

"""The text of each kind of document, as a person would read it."""

import struct
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Literal

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from pypdfium2 import PdfDocument

from claude_batch_desk.core.documents.extract import MAX_TEXT, Unusable
from tests.core.documents import make_documents as make
from tests.core.documents.reading import extract, extract_bytes
from tests.core.tables.old_formats import compound_file


def test_a_pdf_is_read_page_by_page(tmp_path: Path) -> None:
    found = extract_bytes(tmp_path, "a.pdf", make.pdf("First page", "", "Third page"))
    assert (found.text, found.pages, found.marks) == ("First page\n\n\n\nThird page", 3, ())


def test_it_is_known_where_the_pages_of_a_text_begin(tmp_path: Path) -> None:
    found = extract_bytes(tmp_path, "a.pdf", make.pdf("", "Second page", "Third page"))
    places = zip(found.page_starts, [*found.page_starts[1:], None], strict=True)
    assert [found.text[start:end].strip() for start, end in places] == [
        "", "Second page", "Third page",
    ]  # fmt: skip
    assert found.page_starts[0] == 0
    assert extract_bytes(tmp_path, "b.pdf", make.scanned()).page_starts == ()
    assert extract_bytes(tmp_path, "c.txt", b"A text").page_starts == ()


def test_a_hyphen_at_the_end_of_a_line_stays(tmp_path: Path) -> None:
    found = extract_bytes(tmp_path, "a.pdf", make.pdf("A well-\nknown word"))
    assert found.text == "A well-\nknown word"


def test_what_was_filled_into_a_form_is_read(tmp_path: Path) -> None:
    found = extract_bytes(tmp_path, "form.pdf", form("Filled in by hand"))
    assert "Filled in by hand" in found.text
    assert "The form" in found.text


def form(value: str) -> bytes:
    """A PDF with one text field, which has its look in a stream of its own."""
    fonts = "/Resources<</Font<</F 4 0 R>>>>"
    field = "/T(name)/Rect[20 100 280 120]/F 4/DA(/F 12 Tf)"
    look = f"/Tx BMC BT /F 12 Tf 2 5 Td ({value}) Tj ET EMC"
    objects = (
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/DR<</Font<</F 4 0 R>>>>>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Annots[5 0 R]/Contents 7 0 R{fonts}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Type/Annot/Subtype/Widget/FT/Tx{field}/V({value})/P 3 0 R/AP<</N 6 0 R>>>>",
        f"<</Subtype/Form/BBox[0 0 260 20]{fonts}/Length {len(look)}>>stream\n{look}\nendstream",
        "<</Length 40>>stream\nBT /F 12 Tf 20 200 Td (The form) Tj ET   \nendstream",
    )
    body, places = "%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{each}endobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{rows}"
        f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    ).encode()


def test_scanned_pages_have_no_text_and_it_is_said(tmp_path: Path) -> None:
    found = extract_bytes(tmp_path, "scan.pdf", make.scanned(2))
    assert (found.text, found.pages, found.marks) == ("", 2, ("scanned",))


def test_a_pdf_with_a_password_is_said_to_be_encrypted(tmp_path: Path) -> None:
    locked = make.pdf("Secret", user="user", owner="owner")
    with pytest.raises(Unusable) as caught:
        extract_bytes(tmp_path, "locked.pdf", locked)
    assert caught.value.mark == "encrypted"


def test_a_pdf_that_only_may_not_be_printed_is_read_and_said_to_be_encrypted(
    tmp_path: Path,
) -> None:
    found = extract_bytes(tmp_path, "a.pdf", make.pdf("Open to read", owner="owner"))
    assert (found.text, found.marks) == ("Open to read", ("encrypted",))


def test_a_pdf_cut_off_in_the_middle_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        extract_bytes(tmp_path, "cut.pdf", make.pdf("Whole")[:600])
    assert caught.value.mark == "damaged"


def test_a_damaged_pdf_after_an_encrypted_one_is_damaged(tmp_path: Path) -> None:
    locked = make.pdf("Secret", user="user", owner="owner")
    with pytest.raises(Unusable):
        extract_bytes(tmp_path, "locked.pdf", locked)
    test_a_pdf_without_pages_is_damaged(tmp_path)


def test_a_pdf_without_pages_is_damaged(tmp_path: Path) -> None:
    into = BytesIO()
    PdfDocument.new().save(into)
    with pytest.raises(Unusable) as caught:
        extract_bytes(tmp_path, "none.pdf", into.getvalue())
    assert caught.value.mark == "damaged"


def test_a_picture_of_a_telephone_that_holds_several_is_a_jpeg(tmp_path: Path) -> None:
    pictures = [Image.new("RGB", (60, 40), shade) for shade in ("red", "blue")]
    into = BytesIO()
    pictures[0].save(into, "MPO", save_all=True, append_images=pictures[1:])
    found = extract_bytes(tmp_path, "p.jpg", into.getvalue())
    assert (found.media_type, found.width, found.height) == ("image/jpeg", 60, 40)
    assert found.marks == ()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_half_an_image_is_damaged(
    tmp_path: Path, form: Literal["JPEG", "PNG", "GIF", "WEBP"]
) -> None:
    whole = make.picture(form)
    assert extract_bytes(tmp_path, "whole.jpg", whole).media_type == f"image/{form.lower()}"
    with pytest.raises(Unusable) as caught:
        extract_bytes(tmp_path, "half.jpg", whole[: len(whole) // 2])
    assert caught.value.mark == "damaged"


def test_a_word_document_is_read_in_the_order_of_its_body(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Heading")
    table = made.add_table(2, 2)
    for place, text in ((0, 0), "a"), ((0, 1), "b"), ((1, 0), "c"), ((1, 1), "d"):
        table.cell(*place).text = text
    made.add_paragraph("After\tthe table\nand a new line")
    made.sections[0].header.paragraphs[0].text = "Never read"
    into = BytesIO()
    made.save(into)
    found = extract_bytes(tmp_path, "w.docx", into.getvalue())
    assert found.text == "Heading\na\tb\nc\td\nAfter\tthe table\nand a new line"


def test_what_was_inserted_is_read_and_what_was_deleted_is_not(tmp_path: Path) -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("Kept ")
    for tag, text in (("ins", "<w:t>inserted</w:t>"), ("del", "<w:delText>deleted</w:delText>")):
        paragraph._p.append(
            parse_xml(f'<w:{tag} {nsdecls("w")} w:id="1" w:author="x"><w:r>{text}</w:r></w:{tag}>')
        )
    into = BytesIO()
    made.save(into)
    assert extract_bytes(tmp_path, "w.docx", into.getvalue()).text == "Kept inserted"


def test_a_content_control_is_read(tmp_path: Path) -> None:
    made = docx.Document()
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Chosen</w:t></w:r></w:p>"
    made.element.body.insert(0, parse_xml(control + "</w:sdtContent></w:sdt>"))
    into = BytesIO()
    made.save(into)
    assert extract_bytes(tmp_path, "w.docx", into.getvalue()).text == "Chosen"


def test_a_word_document_with_a_password_is_said_to_be_encrypted(tmp_path: Path) -> None:
    locked = compound_file({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y"})
    with pytest.raises(Unusable) as caught:
        extract_bytes(tmp_path, "w.docx", locked)
    assert caught.value.mark == "encrypted"


def test_an_old_word_document_is_of_a_kind_that_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        extract_bytes(tmp_path, "w.docx", compound_file({"WordDocument": b"x" * 5000}))
    assert caught.value.mark == "unsupported"


def test_a_mail_has_its_headers_its_body_and_the_names_of_what_is_attached(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "Grüße", "Zoë <zoe@example.org>"
    message["To"], message["Date"] = "desk@example.org", "Mon, 02 Nov 2026 09:15:00 +0100"
    message.set_content("Hello,\n\nthe box was open.\n")
    message.add_alternative("<p>Hello in colours</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="proof.pdf")
    found = extract_bytes(tmp_path, "m.eml", message.as_bytes())
    assert found.text == (
        "Subject: Grüße\nFrom: Zoë <zoe@example.org>\nTo: desk@example.org\n"
        "Date: Mon, 02 Nov 2026 09:15:00 +0100\nAttached (not read): proof.pdf\n\n"
        "Hello,\n\nthe box was open."
    )


def test_a_mail_that_is_only_a_web_page_is_read_as_its_words(tmp_path: Path) -> None:
    raw = b"Subject: Hi\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>One<p>Two <b>three</b>"
    assert extract_bytes(tmp_path, "m.eml", raw).text == "Subject: Hi\n\nOne\n\nTwo three"


@pytest.mark.parametrize("charset", ["; charset=klingon", "; charset=ascii", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_mail_that_names_a_wrong_charset_is_read(
    tmp_path: Path, charset: str, encoding: str
) -> None:
    raw = f"Subject: Hi\r\nContent-Type: text/plain{charset}\r\n\r\nÀ bientôt".encode(encoding)
    assert extract_bytes(tmp_path, "m.eml", raw).text == "Subject: Hi\n\nÀ bientôt"


def test_a_mail_with_a_boundary_that_is_not_quoted_is_read(tmp_path: Path) -> None:
    raw = (
        b"Subject: Hi\r\nContent-Type: multipart/alternative; boundary=----=_Part_1\r\n\r\n"
        b"------=_Part_1\r\nContent-Type: text/plain\r\n\r\nwords\r\n------=_Part_1--\r\n"
    )
    assert extract_bytes(tmp_path, "m.eml", raw).text == "Subject: Hi\n\nwords"


def outlook(streams: dict[str, bytes], *fixed: tuple[int, int]) -> bytes:
    """A mail as Outlook saves it, with these properties."""
    table = bytes(32) + b"".join(struct.pack("<IIQ", tag, 6, value) for tag, value in fixed)
    whole = {"__properties_version1.0": table.ljust(4096, b"\0")}
    for number, content in streams.items():
        # The writer makes no streams that are shorter than this.
        whole[f"__substg1.0_{number}"] = content.ljust(4096, b"\0")
    return compound_file(whole)


def test_a_mail_that_outlook_saved_is_read(tmp_path: Path) -> None:
    texts = {"0037": "Grüße", "0C1A": "Zoë", "0E04": "Desk", "1000": "The box\r\nwas open."}
    streams = {f"{number}001F": text.encode("utf-16-le") for number, text in texts.items()}
    sent = (0x00390040, 134_066_385_000_000_000)
    found = extract_bytes(tmp_path, "m.msg", outlook(streams, sent))
    assert found.text == (
        "Subject: Grüße\nFrom: Zoë\nTo: Desk\nDate: 2025-11-03 10:15+00:00\n\nThe box\nwas open."
    )


@pytest.mark.parametrize(
    ("fixed", "encoding"),
    [
        ((0x3FFD0003, 1251), "cp1251"),
        ((0x3FDE0003, 65001), "utf-8"),
        ((0x3FDE0003, 28595), "iso8859-5"),
        ((0x3FF10003, 1049), "cp1251"),
        ((0x3FDE0003, 99), "cp1252"),
    ],
)
def test_an_older_mail_of_outlook_is_in_the_code_page_it_names(
    tmp_path: Path, fixed: tuple[int, int], encoding: str
) -> None:
    text = "Grüße" if encoding == "cp1252" else "Привет"
    made = outlook({"0037001E": text.encode(encoding)}, fixed)
    assert extract_bytes(tmp_path, "m.msg", made).text == f"Subject: {text}"


def test_another_program_s_compound_file_is_no_mail(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        extract_bytes(tmp_path, "m.msg", compound_file({"Workbook": b"x"}))
    assert caught.value.mark == "unsupported"


def test_a_web_page_is_read_as_its_words_in_lines(tmp_path: Path) -> None:
    page = (
        "<html><head><title>T</title><style>p{}</style><script>alert('no')</script></head><body>"
        "<h1>Head</h1><p>One   two<br>three</p><!-- no --><table><tr><td>1<td>2</tr></table>"
        "<ul><li>x<li>y</ul><noscript>no</noscript></body>"
    )
    found = extract_bytes(tmp_path, "p.html", page.encode())
    assert found.text == "T\n\nHead\n\nOne two\nthree\n\n1\t2\n\n- x\n- y"


def test_a_web_page_says_which_encoding_it_is_in(tmp_path: Path) -> None:
    page = '<meta charset="windows-1251"><p>Привет</p>'.encode("cp1251")
    assert extract_bytes(tmp_path, "p.html", page).text == "Привет"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    text = "Naïve café owners\r\nserve crème brûlée,\rà volonté, très chaud"
    found = extract_bytes(tmp_path, "t.txt", text.encode(encoding))
    assert found.text == "Naïve café owners\nserve crème brûlée,\nà volonté, très chaud"


def test_what_is_no_character_is_left_out_of_a_text(tmp_path: Path) -> None:
    assert extract_bytes(tmp_path, "t.md", "bell\x07 and\tescape\x1b[2J\x9b1m".encode()).text == (
        "bell and\tescape[2J1m"
    )


def test_another_program_s_bytes_are_not_read_as_text(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        extract_bytes(tmp_path, "t.txt", bytes(range(256)) * 4)
    assert caught.value.mark == "damaged"


def test_a_text_that_no_model_reads_whole_is_cut_and_it_is_said(tmp_path: Path) -> None:
    found = extract_bytes(tmp_path, "long.txt", b"word " * (MAX_TEXT // 5 + 10))
    assert len(found.text) <= MAX_TEXT
    assert found.marks == ("shortened",)


def test_a_text_of_just_that_length_is_whole(tmp_path: Path) -> None:
    found = extract_bytes(tmp_path, "long.txt", b"x" * MAX_TEXT)
    assert (len(found.text), found.marks) == (MAX_TEXT, ())


def test_a_very_long_pdf_is_cut_and_it_is_said(tmp_path: Path) -> None:
    page, whole = PdfDocument(make.pdf(f"{make.SENTENCE} " * 60)), PdfDocument.new()
    enough = MAX_TEXT // (len(make.SENTENCE) * 39)
    for _ in range(enough):
        whole.import_pages(page, [0])
    whole.save(tmp_path / "long.pdf")
    found = extract(tmp_path / "long.pdf")
    assert 0.98 * MAX_TEXT < len(found.text) <= MAX_TEXT
    assert (found.pages, found.marks) == (enough, ("shortened",))


def test_a_very_long_word_document_is_cut_and_it_is_said(tmp_path: Path) -> None:
    found = extract_bytes(tmp_path, "w.docx", make.word("x" * MAX_TEXT, "and more"))
    assert (len(found.text), found.marks) == (MAX_TEXT, ("shortened",))

"""Documents of every kind that is read, made with the libraries that write them."""

from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Literal

import docx
from fpdf import FPDF
from fpdf.enums import EncryptionMethod
from PIL import Image, ImageDraw

SENTENCE = "The delivery came late and the box was open, yet nothing was missing from it."


def pdf(*pages: str, user: str | None = None, owner: str = "") -> bytes:
    """A PDF with these pages of text, encrypted for its `owner` and a `user` by their passwords."""
    made = FPDF()
    made.set_font("helvetica", size=12)
    for text in pages:
        made.add_page()
        if text:
            made.multi_cell(0, 8, text)
    if owner:
        made.set_encryption(owner, user, encryption_method=EncryptionMethod.RC4)
    return bytes(made.output())


def scanned(pages: int = 1) -> bytes:
    """A PDF of pictures of text, which has none itself."""
    made = FPDF()
    for number in range(pages):
        made.add_page()
        made.image(BytesIO(picture("PNG", words=f"Page {number + 1}")), w=120)
    return bytes(made.output())


def picture(
    form: Literal["JPEG", "PNG", "GIF", "WEBP"],
    size: tuple[int, int] = (320, 200),
    words: str = "Invoice",
) -> bytes:
    """An image with some words drawn on it."""
    image = Image.new("RGB", size, (250, 248, 240))
    ImageDraw.Draw(image).text((12, 12), words, fill=(20, 20, 60))
    into = BytesIO()
    image.save(into, form)
    return into.getvalue()


def moving() -> bytes:
    """An animated GIF."""
    frames = [Image.new("L", (40, 30), shade) for shade in (0, 120, 250)]
    into = BytesIO()
    frames[0].save(into, "GIF", save_all=True, append_images=frames[1:])
    return into.getvalue()


def word(*paragraphs: str) -> bytes:
    """A Word document with these paragraphs."""
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    into = BytesIO()
    made.save(into)
    return into.getvalue()


def mail(body: str, subject: str = "Your parcel", page: str = "") -> bytes:
    """An e-mail, with its body as a web page as well where one is given."""
    message = EmailMessage()
    message["From"] = "Zoë Müller <zoe@example.org>"
    message["To"] = "desk@example.org"
    message["Date"] = "Mon, 02 Nov 2026 09:15:00 +0100"
    message["Subject"] = subject
    message.set_content(body)
    if page:
        message.add_alternative(page, subtype="html")
    return message.as_bytes()


def web_page(text: str) -> bytes:
    """A web page with a script nobody wants to read."""
    return (
        f"<!doctype html><html><head><title>Page</title><script>run()</script></head><body>"
        f"<p>{text}</p></body></html>"
    ).encode()


_MAKERS: tuple[tuple[str, Callable[[str], bytes]], ...] = (
    (".pdf", lambda text: pdf(text, "Second page")),
    (".jpg", lambda text: picture("JPEG", words=text[:20])),
    (".png", lambda text: picture("PNG", words=text[:20])),
    (".docx", lambda text: word("Report", text)),
    (".eml", mail),
    (".html", web_page),
    (".md", lambda text: f"# Note\n\n{text}\n".encode()),
    (".txt", lambda text: f"{text}\n".encode()),
)
_TROUBLED: tuple[tuple[str, Callable[[str], bytes]], ...] = (
    ("scanned.pdf", lambda _text: scanned()),
    ("locked.pdf", lambda text: pdf(text, user="user", owner="owner")),
    ("damaged.pdf", lambda text: pdf(text)[:600]),
    ("same.txt", lambda _text: b"The same words every time\n"),
    ("renamed.jpg", lambda text: picture("PNG", words=text[:20])),
    ("naïve “名前”.txt", lambda text: text.encode()),
    ("empty.txt", lambda _text: b""),
    ("moving.gif", lambda _text: moving()),
)
TROUBLE_EVERY = 10


def make_folder(folder: Path, count: int) -> Path:
    """A folder of so many documents of all kinds, one in ten of them with a trouble of its own."""
    for number in range(count):
        inner = folder / f"part {number // 100:02}"
        inner.mkdir(parents=True, exist_ok=True)
        text = f"Note {number}: {SENTENCE}"
        if number % TROUBLE_EVERY == TROUBLE_EVERY - 1:
            name, make = _TROUBLED[number // TROUBLE_EVERY % len(_TROUBLED)]
            name = f"{number:05} {name}"
        else:
            suffix, make = _MAKERS[number % len(_MAKERS)]
            name = f"{number:05}{suffix}"
        (inner / name).write_bytes(make(text))
    return folder


if __name__ == "__main__":
    import sys

    make_folder(Path(sys.argv[1]), int(sys.argv[2]))

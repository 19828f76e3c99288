"""A path in a cell leads into the chosen folder or nowhere."""

import os
import sys
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import pytest

from claude_batch_desk.core.documents.inside import open_regular, resolve_inside
from claude_batch_desk.core.errors import DocumentError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with documents, a secret beside it, and ways to the secret."""
    inside = tmp_path / "papers"
    (inside / "sub").mkdir(parents=True)
    (inside / "a.pdf").write_bytes(b"inside")
    (inside / "sub/b c.pdf").write_bytes(b"inside")
    (inside / "Acme Inc.").mkdir()
    (inside / "Acme Inc./d.pdf").write_bytes(b"inside")
    (tmp_path / "secret.pdf").write_bytes(b"outside")
    (tmp_path / "papers-2").mkdir()
    (tmp_path / "papers-2/e.pdf").write_bytes(b"outside")
    if sys.platform != "win32":
        (inside / "link.pdf").symlink_to(tmp_path / "secret.pdf")
        (inside / "away").symlink_to(tmp_path)
        (inside / "circle").symlink_to(inside / "circle")
        os.mkfifo(inside / "pipe.pdf")
    return inside


def read(folder: Path, text: str) -> bytes:
    with open_regular(resolve_inside(folder, text)) as opened:
        return opened.read()


@pytest.mark.parametrize(
    "text",
    [
        "a.pdf",
        " a.pdf\n",
        "./a.pdf",
        "sub/b c.pdf",
        "sub\\b c.pdf",
        "sub//./b c.pdf",
        "Acme Inc./d.pdf",
        '"sub\\b c.pdf"',
    ],
)
def test_a_path_in_the_folder_is_found(folder: Path, text: str) -> None:
    assert read(folder, text) == b"inside"


FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")


@pytest.mark.parametrize("form", FORMS)
def test_letters_with_accents_are_found_however_the_disk_spells_them(
    folder: Path, form: Literal["NFC", "NFD"]
) -> None:
    name = "Müller at 3.45\u202fPM.pdf"
    (folder / normalize(form, name)).write_bytes(b"inside")
    for spelled in FORMS:
        assert read(folder, normalize(spelled, name)) == b"inside"


def test_an_absolute_path_into_the_folder_is_found(folder: Path) -> None:
    assert read(folder, str(folder / "sub/b c.pdf")) == b"inside"


PAYLOADS = [
    "",
    "   ",
    ".",
    "..",
    "../secret.pdf",
    "..\\secret.pdf",
    "sub/../../secret.pdf",
    "sub/.. /../secret.pdf",
    "/etc/passwd",
    "{parent}/secret.pdf",
    "{folder}/../secret.pdf",
    "{parent}/papers-2/e.pdf",
    "//server/share/x.pdf",
    "\\\\server\\share\\x.pdf",
    "\\\\?\\C:\\x.pdf",
    "C:\\x.pdf",
    "C:x.pdf",
    "http://example.org/x.pdf",
    "file:///etc/passwd",
    "file:/etc/passwd",
    "data:application/pdf;base64,AA==",
    "~/secret.pdf",
    "$HOME/secret.pdf",
    "a.pdf\0.txt",
    "a\nb.pdf",
    "x" * 5000,
    "x" * 300 + ".pdf",
    "NUL",
    "con.pdf",
    "sub/COM1 .txt",
    "/dev/zero",
    "sub",
    "gone.pdf",
    "a.pdf/b.pdf",
    "\udcff.pdf",
]
LINKS = ["link.pdf", "away/secret.pdf", "away/papers-2/e.pdf", "circle", "pipe.pdf"]


@pytest.mark.parametrize(
    "text", [*PAYLOADS, *([] if sys.platform == "win32" else LINKS)], ids=lambda each: each[:24]
)
def test_no_path_leads_out_or_hangs(folder: Path, text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(folder, text.format(folder=folder, parent=folder.parent))
    assert str(caught.value).endswith(".")
    str(caught.value).encode()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_put_in_place_of_a_file_is_not_followed(folder: Path) -> None:
    path = resolve_inside(folder, "a.pdf")
    path.unlink()
    path.symlink_to(folder.parent / "secret.pdf")
    with pytest.raises(DocumentError), open_regular(path):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "short.pdf").symlink_to(folder / "sub/b c.pdf")
    assert read(folder, "short.pdf") == b"inside"

"""Workbooks of LibreOffice's format as some programs write them, made readable."""

import re
import zipfile
from io import BytesIO

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.sniff import DAMAGED
from claude_batch_desk.core.tables.workbooks.package import Package

_MOST = 64 * 1024**2
"""Bytes of XML that are mended; they are in memory several times over."""
_BLANKS = re.compile(rb"(</?table:[^<>]*>|</text:p>|<text:p(?: [^<>]*)?/>)\s+(?=<)")


def mended(package: Package) -> BytesIO:
    """The same workbook with what calamine misses, and without what it does not expect.

    Google and others leave out the part that names the type; others indent the XML. Raises
    TableError where it is too large for that.
    """
    if package.size("content.xml") > _MOST:
        raise TableError(DAMAGED)
    content = b"".join(package.blocks("content.xml"))
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", "<manifest/>")
        file.writestr("content.xml", _BLANKS.sub(rb"\1", content))
    whole.seek(0)
    return whole

"""A sheet of texts that is added to a copy; none of them is a formula."""

from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile

from claude_batch_desk.core.results.characters import is_live
from claude_batch_desk.core.results.original.areas import letters
from claude_batch_desk.core.results.original.styles import Styles
from claude_batch_desk.core.results.streamed_rows import escaped

_IN_MEMORY = 4 * 1024**2
_BLOCK = 1024 * 1024


class TextSheet:
    """Collects rows of texts; they are on the disk until they are asked for. Close it."""

    def __init__(self, name: str, widths: Sequence[int], namespace: str, styles: Styles) -> None:
        """The columns are so wide, in characters; each text must fit into a cell."""
        self.name = name
        self.rows = 0
        self._widths = widths
        self._namespace = namespace
        self._styles = styles
        self._written = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - see close()

    def add(self, *texts: str) -> None:
        """One more row."""
        self.rows += 1
        cells = "".join(
            f'<c r="{letters(column)}{self.rows}"{self._style(text)} t="inlineStr"><is>'
            f'<t xml:space="preserve">{escaped(text)}</t></is></c>'
            for column, text in enumerate(texts, start=1)
        )
        self._written.write(f'<row r="{self.rows}">{cells}</row>'.encode())

    def blocks(self) -> Iterator[bytes]:
        """The markup of the sheet."""
        columns = "".join(
            f'<col min="{column}" max="{column}" width="{width}" customWidth="1"/>'
            for column, width in enumerate(self._widths, start=1)
        )
        yield (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{self._namespace}"><cols>{columns}</cols><sheetData>'
        ).encode()
        self._written.seek(0)
        while block := self._written.read(_BLOCK):
            yield block
        yield b"</sheetData></worksheet>"

    def close(self) -> None:
        """Let go of what is on the disk."""
        self._written.close()

    def _style(self, text: str) -> str:
        if not self._styles.has_any or not is_live(text):
            return ""
        return f' s="{self._styles.beside(0, "General", quoted=True)}"'


def free_name(wanted: str, names: frozenset[str]) -> str:
    """A name that no sheet has; Excel takes no notice of case."""
    taken = {name.casefold() for name in names}
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted} ({number})"
    return name

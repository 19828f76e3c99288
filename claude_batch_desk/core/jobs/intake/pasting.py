"""A table out of the clipboard: written as a file in the data folder and taken in like others."""

import secrets
import shutil

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.jobs.intake.sources import take_in
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.clipboard import PASTED, pasted_file
from claude_batch_desk.core.tables.table import Table


def take_in_text(stores: Stores, text: str, report: Report) -> Table:
    """Take in a block of cells that was copied in a spreadsheet, or any text of a table.

    Raises TableError and leaves nothing behind. The table has no origin on the disk.
    """
    pasted = pasted_file(text, report)
    folder = stores.inbox / f"pasted-{secrets.token_hex(8)}"
    path = folder / (PASTED + pasted.suffix)
    try:
        folder.mkdir(parents=True, mode=0o700)
        path.write_bytes(pasted.content)
        return take_in(stores, path, pasted.options, report)
    except OSError as error:
        raise TableError(
            f"What was pasted could not be kept in the data folder: {error.strerror}. Make room "
            "on the disk, and paste it again."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)

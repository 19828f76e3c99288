"""Account: the verbs about the batches that a key can see at the service."""

from pathlib import Path

from claude_batch_desk.core.jobs.account import adopting, importing, listing, looking, reading
from claude_batch_desk.core.jobs.account.listing import Listing
from claude_batch_desk.core.jobs.account.reading import ImportedRow
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.store.account_store import Imported
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.service.gateway import Gateway


class Account:
    """Lists the account's batches and brings them in. Safe to use from several threads.

    Nothing here cancels, deletes or sends anything at the service, or costs anything.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stores = ground.stores

    def batches(self, mode: Mode, report: Report) -> Listing:
        """All batches, newest first, with what is known of them. Raises ServiceError."""
        report(0, 0)
        return listing.list_batches(self._stores, self._door(mode), mode, report)

    def look_into(self, found: Listing, report: Report) -> Listing:
        """Ask those that have not told yet whose they are; see looking.look_into."""
        report(0, 0)
        return looking.look_into(self._stores, self._door(found.mode), found, report)

    def told_again(self, found: Listing, report: Report) -> Listing:
        """The same batches with what is known of them by now; asks nobody."""
        report(0, 0)
        return listing.placed(self._stores, found.mode, [each.batch for each in found.batches])

    def adopt(self, mode: Mode, batch_id: str, report: Report) -> Job:
        """Take a batch over for the part of a job that it is; see adopting.adopt."""
        report(0, 0)
        return adopting.adopt(self._ground, self._door(mode), batch_id, report)

    def import_batch(self, mode: Mode, batch_id: str, report: Report) -> Imported:
        """Fetch a batch of others to be read; see importing.import_batch."""
        report(0, 0)
        return importing.import_batch(self._stores, self._door(mode), mode, batch_id, report)

    def imports(self, report: Report) -> list[Imported]:
        """Every import, the newest first."""
        report(0, 0)
        return self._stores.account.imports()

    def rows(self, import_id: int, first: int, count: int) -> list[ImportedRow]:
        """So many results of an import from the `first` on; fewer at the end."""
        return reading.rows_of(self._stores, import_id, first, count)

    def export(self, import_id: int, path: Path, report: Report) -> Exported:
        """Write the results of an import to an .xlsx or .csv file; raises ExportError."""
        report(0, 0)
        return reading.export(self._stores, self._stores.account.import_of(import_id), path, report)

    def forget(self, import_id: int, report: Report) -> None:
        """Remove an import from this computer; the batch stays at the service as it is."""
        report(0, 0)
        self._stores.account.remove(import_id)

    def _door(self, mode: Mode) -> Gateway:
        doors = self._ground.doors
        return doors.gateway(mode, doors.address(mode))

"""PartStore: what a part has brought, and parts in the place of one that was too large."""

from collections.abc import Sequence

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.records import stamp
from claude_batch_desk.core.service.spool import Spooled


class PartStore:
    """What becomes of the parts of a job beside their sending."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_complete(self, job_id: int, number: int) -> bool:
        """Whether all that its batch had is here, and nothing in it was another's."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT state, note, (SELECT count(*) FROM answer WHERE outcome='missing' AND id"
                "  BETWEEN (job_id << 32) | first_request AND (job_id << 32) | last_request"
                ") AS missing, (SELECT count(*) FROM stray WHERE stray.job_id=part.job_id"
                "  AND stray.batch_id=part.batch_id) AS strays"
                " FROM part WHERE job_id=? AND number=?",
                (job_id, number),
            ).fetchone()
        whole = row["state"] == "collected" and not row["note"]
        return whole and not row["missing"] and not row["strays"]

    def divide(
        self, job_id: int, number: int, bodies: Sequence[tuple[int, Spooled, tuple[int, int]]]
    ) -> None:
        """Put these parts, each a number, a body and its bounds, in the place of a planned one.

        The one that is divided stays, without requests, so that no number is ever used again: the
        ids of requests contain it. Raises StoreError where it is not planned.
        """
        note = (
            f"Part {number} was more than the service takes at once, so it is sent as parts "
            f"{' and '.join(str(part) for part, _, _ in bodies)}."
        )
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE part SET state='refused', first_request=last_request+1, requests=0, size=0,"
                " note=?, failures=0, looks=0 WHERE job_id=? AND number=? AND state='planned'",
                (note, job_id, number),
            )
            if changed.rowcount != 1:
                raise StoreError("This part was already sent. Nothing was sent again.")
            connection.executemany(
                "INSERT INTO part"
                " (job_id, number, state, first_request, last_request, requests, size, sha256,"
                " files_until) VALUES (?, ?, 'planned', ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *(job_id, part, *bounds, body.requests, body.size, body.seal),
                        stamp(body.files_until),
                    )
                    for part, body, bounds in bodies
                ],
            )

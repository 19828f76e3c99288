"""Check: whether everything in a data folder fits together. Nothing is changed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import CURRENT_VERSION, FILE_NAME, SOURCES
from claude_batch_desk.core.jobs.store.keeping import (
    DAMAGED,
    Inspection,
    JobFact,
    PartFact,
    inspecting,
)
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.bodies import is_as_written
from claude_batch_desk.core.service.spool import body_path

_CHUNK = 1 << 20
_AT_SERVICE = ("sent", "ended", "collected")
_OVER = ("collected", "refused", "lost")
_MENTIONED = 10
"""So many findings of a kind are told one by one."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be, in sentences that say what to do."""

    kind: Literal["damage", "note"]
    """Something is lost or broken, or it is only worth knowing."""
    text: str


@dataclass(frozen=True)
class Checked:
    """What a check has looked at and found."""

    jobs: int
    answers: int
    files: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Nothing is lost or broken."""
        return not any(each.kind == "damage" for each in self.findings)


def check(home: Path, report: Report) -> Checked:
    """Look at the store, the sources and the bodies in a data folder, also while it is in use.

    Raises StoreError where there is no store, or it cannot be opened. Reports files.
    """
    path = home / FILE_NAME
    if not path.exists():
        raise StoreError(f"There is no job store in {home}. Nothing was ever kept there.")
    try:
        with inspecting(path, report) as store:
            if store.version != CURRENT_VERSION:
                return Checked(0, 0, 0, (_other_version(store.version),))
            if places := store.damages():
                return Checked(0, 0, 0, (_damaged(places),))
            return _checked(home, store, report)
    except StoreError as error:
        if str(error) == DAMAGED:
            return Checked(0, 0, 0, (Finding("damage", DAMAGED),))
        raise


def _checked(home: Path, store: Inspection, report: Report) -> Checked:
    jobs, parts = store.jobs(), store.parts()
    found = [*_records(store), *_jobs(jobs, parts)]
    for part in parts:
        found += _part(part)
    files = _Files(home, store.sources(), parts, report)
    found += files.findings()
    return Checked(len(jobs), sum(job.answers for job in jobs), files.looked, tuple(found))


def _other_version(version: int) -> Finding:
    if version > CURRENT_VERSION:
        text = "The job store was last used by a newer version of Claude Batch Desk. Check it there"
    else:
        text = "The job store is of an earlier version. Open the window once, then check again"
    return Finding("note", f"{text}; nothing was looked at.")


def _damaged(places: int) -> Finding:
    return Finding("damage", f"{DAMAGED} (Places that are damaged: {places}.)")


def _records(store: Inspection) -> Iterator[Finding]:
    if ends := store.loose_ends():
        yield Finding(
            "damage",
            f"Records in the job store that belong to one which is gone: {ends:,}. What else is "
            "there can be used; restore a backup if a job looks incomplete.",
        )
    if answers := store.answers_without_job():
        yield Finding(
            "note",
            f"Answers of jobs that are not there any more: {answers:,}. They do no harm.",
        )


def _jobs(jobs: Sequence[JobFact], parts: Sequence[PartFact]) -> Iterator[Finding]:
    by_job = {job: [*its] for job, its in groupby(parts, lambda part: part.job)}
    for job in jobs:
        for trouble in _job(job, by_job.get(job.id, [])):
            yield Finding("damage", f"Job {job.id}: {trouble}")


def _job(job: JobFact, parts: Sequence[PartFact]) -> Iterator[str]:
    if job.state == "draft":
        if job.has_plan or parts:
            yield "it is a draft, but something of it is noted as sent. Restore a backup."
        return
    if not job.has_plan:
        yield "which row asked what is lost, so its answers have no rows. Restore a backup."
        return
    if not job.sound_plan:
        yield "the list of its rows and requests does not fit together. Restore a backup."
    if job.foreign_answers:
        yield f"{job.foreign_answers:,} answers belong to requests that it does not have."
    if job.state == "done":
        yield from _done(job, parts)
    yield from _bounds(job, parts)


def _done(job: JobFact, parts: Sequence[PartFact]) -> Iterator[str]:
    missing = job.requests - (job.answers - job.foreign_answers)
    if missing > 0:
        yield (
            f"it is done, but {missing:,} of its requests have no answer. Restore a backup from "
            "after it was done."
        )
    if any(part.state not in _OVER for part in parts):
        yield "it is done, but a part of it is not. Restore a backup."


def _bounds(job: JobFact, parts: Sequence[PartFact]) -> Iterator[str]:
    # One that was divided has no requests any more, and its halves come after all others.
    parts = sorted((part for part in parts if part.requests), key=lambda part: part.first)
    ends = [-1, *(part.last for part in parts)]
    if any(part.first <= end for part, end in zip(parts, ends, strict=False)):
        yield "its parts overlap, so nothing more of it should be sent. Restore a backup."
    if parts and parts[-1].last >= job.requests:
        yield "a part of it is larger than the job. Restore a backup."


def _part(part: PartFact) -> Iterator[Finding]:
    where = f"Job {part.job}, part {part.number}:"
    if part.state in _AT_SERVICE and not part.batch_id:
        yield Finding(
            "damage", f"{where} it is at the service, but not known as which batch. Restore a "
            "backup; the batch itself stays at the service for 29 days.",
        )  # fmt: skip
    if part.state in ("planned", "sending") and part.batch_id:
        yield Finding(
            "damage", f"{where} it has a batch, but is noted as not sent. Restore a backup."
        )
    if part.requests > part.last - part.first + 1:
        yield Finding("damage", f"{where} it counts more requests than it can hold.")


class _Files:
    """The files beside the store: there, whole, and needed."""

    def __init__(
        self, home: Path, sources: dict[str, str], parts: Sequence[PartFact], report: Report
    ) -> None:
        self._home, self._sources, self._report = home, sources, report
        outbox = home / "outbox"
        self._bodies = {
            body_path(outbox, part.token, part.number): part
            for part in parts
            if part.state not in _OVER
        }
        self.looked = 0

    def findings(self) -> Iterator[Finding]:
        """What is wrong with them."""
        kept: dict[str, list[Path]] = {}
        for path in sorted((self._home / SOURCES).glob("*")):
            if path.is_file():
                kept.setdefault(path.stem, []).append(path)
        yield from _shortened([*self._source_findings(kept)])
        for body, part in self._bodies.items():
            if part.state in ("planned", "sending") and not self._as_written(body, part):
                yield Finding(
                    "damage",
                    f"Job {part.job}, part {part.number}: what was written to be sent is changed "
                    "or gone. It will not be sent; if the service has it already, its answers "
                    "are fetched as always. Else make a new job for its rows.",
                )
        unused = sum(stem not in self._sources for stem in kept)
        unused += sum(path not in self._bodies for path in (self._home / "outbox").glob("*"))
        if unused:
            yield Finding(
                "note", f"Files that no job needs: {unused:,}. They go at the next start."
            )

    def _source_findings(self, kept: dict[str, list[Path]]) -> Iterator[Finding]:
        for sha256, name in self._sources.items():
            paths = kept.get(sha256)
            if paths is None:
                what = "is gone from the data folder"
            elif any(self._sha256(path) != sha256 for path in paths):
                what = "was changed in the data folder"
            else:
                continue
            yield Finding(
                "damage",
                f"The copy of “{name}” {what}. Rows and answers in the store are whole; open the "
                "file again for another job, or restore a backup.",
            )

    def _sha256(self, path: Path) -> str:
        """The SHA-256 of a file as it is; "" where it cannot be read."""
        digest = hashlib.sha256()
        self.looked += 1
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    self._hear()
                    digest.update(chunk)
        except OSError:
            return ""
        return digest.hexdigest()

    def _as_written(self, body: Path, part: PartFact) -> bool:
        self.looked += 1
        return is_as_written(body, part.token, part.number, part.seal, self._hear)

    def _hear(self) -> None:
        self._report(self.looked, len(self._sources) + len(self._bodies))


def _shortened(findings: list[Finding]) -> list[Finding]:
    if len(findings) <= _MENTIONED:
        return findings
    more = f"And as many more copies like these: {len(findings) - _MENTIONED:,}."
    return [*findings[:_MENTIONED], Finding("damage", more)]

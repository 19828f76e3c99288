"""What may go wrong without anybody's fault in this program.

DeskError
 ├ TableError        a source file that cannot be read as a table
 ├ SelectionError    a choice of rows that cannot be followed, or that holds none
 ├ DocumentError     a file that cannot be used as the document of a row
 ├ RecipeError       a prompt, an answer column or a recipe file that cannot be used
 ├ PriceError        a model without a known price
 ├ StoreError        the job store is damaged, newer, full or held by someone else
 │  └ FolderInUse      another process of ours has the data folder
 ├ SecretError       the system keychain cannot keep or give the API key
 ├ ScheduleError     what cannot be scheduled, or cannot run by itself
 ├ ExportError       answers that cannot be written where they were asked for
 ├ BudgetExceeded    a job that may cost more than the person allowed
 └ ServiceError      the service, or the way to it, said no
    ├ Refused          it answered, and certainly did not do what was asked
    │  ├ KeyRefused      because of the API key
    │  └ AccountRefused  because the account may not spend now
    ├ Unreachable      nothing reached it
    ├ Busy             it asks to be left alone for a while
    └ OutcomeUnknown   nobody can tell whether it did what was asked
"""

from typing import Literal


class DeskError(Exception):
    """An expected failure; its text tells the person what happened and what to do.

    The text is one or more whole sentences of plain text, never a traceback, a key or a cell.
    """


class TableError(DeskError):
    """A source file that cannot be read as a table."""


class SelectionError(DeskError):
    """A choice of rows that cannot be followed, or that holds no row."""


class DocumentError(DeskError):
    """A file that cannot be used as the document of a row; the other rows can."""


class RecipeError(DeskError):
    """A prompt, an answer column or a recipe file that cannot be used."""


class PriceError(DeskError):
    """A model whose price is not known, or whose prices contradict each other."""


class StoreError(DeskError):
    """The job store is damaged, newer than this program, full, or held by someone else."""


class FolderInUse(StoreError):
    """Another process of this program, most often its window, has the data folder for itself."""


class SecretError(DeskError):
    """The system keychain cannot keep or give the API key."""


class ScheduleError(DeskError):
    """What cannot be scheduled, or a scheduled run that cannot be done; nothing was sent by it."""


class ExportError(DeskError):
    """Answers that cannot be written where they were asked for; the old file is untouched."""


class BudgetExceeded(DeskError):
    """A job that may cost more than the person allowed; nothing was sent."""


class ServiceError(DeskError):
    """The service, or the way to it, said no.

    `status` is the HTTP status or None where no answer came; `request_id` is the service's own
    name for the exchange, worth quoting to its support, or "".
    """

    def __init__(self, message: str, *, status: int | None = None, request_id: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.request_id = request_id


class Refused(ServiceError):
    """The service answered and certainly did not do what was asked; asking again is no use."""


class KeyRefused(Refused):
    """The service does not accept this API key."""


class AccountRefused(Refused):
    """The account may not spend now: a spend limit or its credit is used up, or it is on hold.

    Nothing is wrong with what was asked: once that is settled, it can be asked again.
    """


class Unreachable(ServiceError):
    """The service could not be reached, so it certainly did nothing; try again later.

    `offline`: there was no way to it at all, so that asking again soon is no burden to anybody.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        request_id: str = "",
        offline: bool = False,
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.offline = offline


Trouble = Literal[
    "limit",  # the account asks for more than its limits allow
    "ramp",  # it asks for more too suddenly
    "overloaded",  # the service has more to do than it can
    "failed",  # the service failed by its own fault
    "broken",  # the connection broke: it may have done what was asked
]


class Busy(ServiceError):
    """The service asks to be left alone; `retry_after` is in seconds, or None if it did not say."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        request_id: str = "",
        retry_after: float | None = None,
        kind: Trouble = "failed",
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.retry_after = retry_after
        self.kind = kind


class OutcomeUnknown(ServiceError):
    """Nobody can tell whether the service did what was asked; look before asking again."""

"""What came of runs that nobody looked at: a line in the log for each."""

from collections.abc import Callable
from dataclasses import dataclass

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.report import Cancelled
from claude_batch_desk.core.schedule.book import Book
from claude_batch_desk.core.schedule.entry import check_name
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.verbs.console import FAILED, STOPPED, say


@dataclass(frozen=True)
class Ended:
    """What came of a scheduled run."""

    code: int
    told: str
    logged: bool = True


def logged(name: str, work: Callable[[Book], Ended]) -> int:
    """Do scheduled work, and add a line of what came of it to the log."""
    book = Book(home_folder())
    check_name(name)
    try:
        ended = work(book)
    except DeskError as error:
        book.log(name, FAILED, str(error))
        raise
    except (KeyboardInterrupt, Cancelled):
        book.log(name, STOPPED, "Stopped. Everything so far is kept; the next run goes on.")
        raise
    if ended.logged:
        book.log(name, ended.code, ended.told)
    say(ended.told)
    return ended.code

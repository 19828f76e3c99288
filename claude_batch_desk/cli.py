"""The same verbs without a screen; see docs/command-line.md."""

import argparse
import os
import sys
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from claude_batch_desk import __version__
from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.prompts.caching import TTLS
from claude_batch_desk.core.prompts.recipe import SENT_AS
from claude_batch_desk.core.quality.accuracy import TOLERANCE
from claude_batch_desk.core.report import Cancelled
from claude_batch_desk.core.settings import HOME_NAME, home_folder
from claude_batch_desk.core.tables.places import absolute
from claude_batch_desk.practice.faults import fault_help
from claude_batch_desk.verbs import (
    accounting,
    budgeting,
    comparing_runs,
    continuing,
    correcting,
    delivering,
    exporting,
    headless,
    hurrying,
    inspecting,
    judging,
    keeping,
    listing,
    opening,
    repeating,
    reviewing,
    scheduling,
    spending,
    starting,
    trying,
    unattended,
)
from claude_batch_desk.verbs.console import (
    DONE,
    FAILED,
    QUOTES,
    STOPPED,
    row_range,
    say,
    show,
    usd_of,
)
from claude_batch_desk.verbs.needing import need_of

_WHOLE_SHARE = 100
_DIGITS = 10
"""A whole number of as many is none of rows."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb, or open the window where none is named; returns the exit code."""
    given = sys.argv[1:] if argv is None else list(argv)
    parser, verbs = _parser()
    words = ["open", *given] if _names_a_file(given, verbs) else given
    arguments = parser.parse_args(words, argparse.Namespace(words=words))
    if arguments.home:
        os.environ[HOME_NAME] = str(arguments.home.absolute())
    try:
        code: int = arguments.run(arguments)
    except DeskError as error:
        say(f"claude-batch-desk: {error}")
        return FAILED
    except (KeyboardInterrupt, Cancelled):
        say("\nStopped. Everything so far is kept; `resume` goes on.")
        return STOPPED
    return code


def _names_a_file(given: Sequence[str], verbs: Collection[str]) -> bool:
    """Whether these are files to open, as a desktop passes them, and no verb or a misspelt one."""
    if not given or given[0].startswith("-") or given[0] in verbs:
        return False
    return not set(given[0]).isdisjoint("./\\") or Path(given[0]).exists()


def _parser() -> tuple[argparse.ArgumentParser, Collection[str]]:
    """The parser, and the verbs it knows."""
    parser = argparse.ArgumentParser(
        prog="claude-batch-desk",
        description="Put a prompt to every row of a table, at the batch price. "
        "Without a verb, the window opens, with a new job for each FILE that is named.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument("--home", type=Path, metavar="FOLDER", help="where all data is kept")
    parser.set_defaults(run=_window, files=[])
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    _add_inspect(verbs)
    _add_run(verbs)
    _add_try(verbs)
    _add_estimate(verbs)
    _add_compare(verbs)
    _add_jobs(verbs)
    spending.add_verbs(verbs)
    budgeting.add_verbs(verbs)
    hurrying.add_verbs(verbs)
    keeping.add_verbs(verbs)
    scheduling.add_verbs(verbs, _add_run)
    accounting.add_verbs(verbs)
    repeating.add_verbs(verbs)
    correcting.add_verbs(verbs)
    for each in (comparing_runs, opening, reviewing):
        each.add_verb(verbs)
    _add_practice(verbs)
    window = verbs.add_parser("open", help="the window with these files; the verb may be left out")
    window.add_argument("files", nargs="*", metavar="FILE", help="a table, a folder or a recipe")
    window.set_defaults(run=_window)
    demo = verbs.add_parser("demo", help="the window with sample data in Practice mode")
    demo.add_argument("--headless", action="store_true", help="the same job without a screen")
    demo.add_argument("--out", type=Path, metavar="FOLDER", help="where its files go")
    demo.set_defaults(run=_demo)
    return parser, verbs.choices


def _add_run(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = verbs.add_parser("run", help="a whole job: load, send, wait, export")
    _add_inputs(run, goes_on=True)
    delivering.add_options(run, required=True)
    _add_where(run)
    run.add_argument("--mode", choices=("batch", "now"), default="batch")
    run.add_argument(
        "--now", dest="mode", action="store_const", const="now", help="the same as --mode now"
    )
    run.add_argument("--cached", action="store_true", help="a batch with cached instructions")
    run.add_argument("--ttl", choices=TTLS, help="cached for so long; an hour if not given")
    run.add_argument("--prime", action="store_true", help="cached, one request first")
    _add_draw(run, default=0)
    _add_gold(run)
    run.add_argument("--budget", type=usd_of, metavar="USD", help="refuse if it could cost more")
    run.add_argument("--yes", action="store_true", help="do not ask before spending")
    run.add_argument("--schedule", default="", metavar="NAME", help="as `schedule add` has it run")
    run.set_defaults(run=unattended.run)


def _add_try(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    tried = verbs.add_parser("try", help="answer a few rows at once, and look at the answers")
    _add_inputs(tried)
    _add_where(tried)
    _add_draw(tried, default=5)
    tried.add_argument("--yes", action="store_true", help="do not ask before spending")
    tried.set_defaults(run=trying.try_rows)


def _add_where(parser: argparse.ArgumentParser, practice: str = "use the Practice service") -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--practice", action="store_true", help=practice)
    where.add_argument("--base-url", metavar="URL", help="where the service is")


def _add_draw(parser: argparse.ArgumentParser, default: int) -> None:
    parser.add_argument(
        "--sample", type=_count, default=default, metavar="N", help="so many rows are tried"
    )
    parser.add_argument(
        "--sample-how",
        choices=("random", "spread", "longest"),
        default="random",
        help="at random, from short to long, or the longest",
    )
    parser.add_argument(
        "--sample-by", default="", metavar="COLUMN", help="of every value of this column, too"
    )
    parser.add_argument("--sample-rows", default="", metavar="ROWS", help='such as "3, 17, 40-45"')


def _add_gold(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--gold",
        action="append",
        default=[],
        metavar="[ANSWER=]COLUMN",
        help="the table's column with the right answers; may be repeated",
    )
    parser.add_argument(
        "--tolerance",
        type=_percent,
        default=TOLERANCE * 100,
        metavar="PERCENT",
        help="a number this close to the right one is near (default: %(default)s)",
    )


def _add_inputs(parser: argparse.ArgumentParser, *, goes_on: bool = False) -> None:
    """With `goes_on` an earlier job may be named, whose recipe is used if none is given."""
    parser.add_argument("--table", type=Path, required=True, metavar="T")
    parser.add_argument("--recipe", type=Path, required=not goes_on, metavar="R")
    if goes_on:
        continuing.add_options(parser)
    parser.add_argument(
        "--documents",
        choices=SENT_AS,
        default="",
        help="how they are sent, if not as in the recipe",
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="a name in the recipe and the table's column for it; may be repeated",
    )
    parser.add_argument(
        "--need",
        type=need_of,
        default=Need(),
        metavar="WHEN",
        help='now, hour, today, week, or a time such as "2026-11-24 09:00"',
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    _add_reading(parser)
    _add_choice(parser)


def _add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rows", type=row_range, default=(1, None), metavar="FIRST-LAST", help="only these"
    )
    parser.add_argument(
        "--where", action="append", default=[], metavar="CONDITION", help='"Region contains north"'
    )
    parser.add_argument("--random", type=_some, metavar="N", help="only N of them, at random")
    parser.add_argument("--seed", type=_count, default=1, metavar="S", help="which random ones")
    parser.add_argument(
        "--never-send", action="append", default=[], metavar="COLUMN", help="refuse to send it"
    )


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--encoding", default="", help="of delimited text, if not as detected")
    parser.add_argument("--delimiter", default="", help="of delimited text, if not as detected")
    parser.add_argument("--sheet", default="", help="of a workbook, if not the first with data")
    parser.add_argument("--header", type=_header, metavar="ROW", help="its row, from 1; 0 is none")
    parser.add_argument("--header-rows", type=int, choices=(1, 2), help="how many it takes")
    parser.add_argument(
        "--first-row", type=_header, metavar="ROW", help="skips those below the header; 0 for none"
    )
    parser.add_argument("--quote", choices=QUOTES, help="what cells are wrapped in")
    parser.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="COLUMN",
        help="by name; may be repeated",
    )
    for name, help_text in (("--include", "only such files"), ("--exclude", "no such files")):
        parser.add_argument(
            name, action="append", default=[], metavar="PATTERN", help=f"of a folder, {help_text}"
        )
    parser.add_argument(
        "--document-column", default="", metavar="COLUMN", help="names a document for each row"
    )
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="of these documents, if not the table's own"
    )


def _add_inspect(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    inspect = verbs.add_parser("inspect", help="what a table holds and what is odd in it")
    inspect.add_argument("table", type=Path, metavar="TABLE")
    inspect.add_argument("--json", action="store_true", help="one JSON object on stdout")
    _add_reading(inspect)
    inspect.set_defaults(run=inspecting.inspect)


def _add_estimate(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    estimate = verbs.add_parser("estimate", help="what a job would cost; sends no rows to answer")
    _add_inputs(estimate, goes_on=True)
    _add_where(estimate, "count tokens in Practice")
    estimate.set_defaults(run=headless.estimate)


def _add_compare(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    compare = verbs.add_parser("compare", help="models or recipes side by side on the same rows")
    _add_inputs(compare)
    compare.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="MODEL[:EFFORT]",
        help="to answer the same recipe; may be repeated",
    )
    compare.add_argument(
        "--other",
        type=Path,
        action="append",
        default=[],
        metavar="R",
        help="another recipe; may be repeated",
    )
    compare.add_argument("--sample", type=_some, default=30, metavar="N", help="of N rows")
    compare.add_argument("--again", action="store_true", help="ask the first one twice")
    _add_where(compare)
    _add_gold(compare)
    compare.add_argument("--yes", action="store_true", help="do not ask before spending")
    compare.set_defaults(run=judging.compare)


def _add_jobs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    listing.add_verb(verbs)
    resume = verbs.add_parser("resume", help="go on with a job, or with all that are not done")
    resume.add_argument("job", type=int, nargs="?", metavar="JOB")
    delivering.add_options(resume, rows="--rows")
    resume.add_argument("--base-url", metavar="URL", help="where the service is")
    resume.add_argument("--json", action="store_true", help="one JSON object on stdout")
    scheduling.add_start_options(resume)
    resume.set_defaults(run=starting.resume)
    exporting.add_verb(verbs)
    accuracy = verbs.add_parser("accuracy", help="how many answers of a job are right")
    accuracy.add_argument("job", type=int, metavar="JOB")
    _add_gold(accuracy)
    accuracy.add_argument("--json", action="store_true", help="one JSON object on stdout")
    accuracy.set_defaults(run=judging.accuracy)


def _add_practice(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    practice = verbs.add_parser(
        "practice-service",
        help="run the Practice service by itself",
        epilog=fault_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    practice.add_argument("--port", type=int, default=0, metavar="P", help="0 finds a free one")
    practice.add_argument("--delay", type=float, default=5.0, metavar="SECONDS")
    practice.add_argument("--fault", action="append", default=[], metavar="NAME")
    practice.set_defaults(run=_practice)


def _whole(what: str, least: int = 0) -> Callable[[str], int]:
    """A reader of whole numbers from `least` on that says what the text should have been."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < _DIGITS and int(text) >= least):
            raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
        return int(text)

    return read


_some = _whole("a number of rows from 1 on", 1)
_count, _header = _whole("a number of rows"), _whole("a row number")


def _percent(text: str) -> Decimal:
    try:
        share = Decimal(text.removesuffix("%").strip())
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of per cent") from error
    if not share.is_finite() or not 0 <= share <= _WHOLE_SHARE:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of per cent")
    return share


def _window(arguments: argparse.Namespace) -> int:
    from claude_batch_desk.app import run_window

    return run_window(home_folder(), [absolute(each) for each in arguments.files])


def _demo(arguments: argparse.Namespace) -> int:
    from claude_batch_desk.demo import run_demo

    return run_demo(arguments.out, headless=arguments.headless)


def _practice(arguments: argparse.Namespace) -> int:
    from claude_batch_desk.practice.server import serve

    home = home_folder() / "practice"
    home.mkdir(mode=0o700, exist_ok=True)
    serve(
        home,
        port=arguments.port,
        delay=arguments.delay,
        faults=arguments.fault,
        announce=show,
    )
    return DONE

"""The verb that tells everything about one row of a job."""

import argparse
import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import orjson

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.again.causes import cause_of
from claude_batch_desk.core.jobs.correcting.laying import headers
from claude_batch_desk.core.jobs.job import JobRow
from claude_batch_desk.core.jobs.opening.helping import help_for
from claude_batch_desk.core.jobs.opening.quoted import Quoted
from claude_batch_desk.core.jobs.opening.sent import Sent
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import DONE, Progress, print_json, show, usd

_CAME = {
    "now": "by a call of its own",
    "trial": "from a trial",
    "earlier": "from an earlier job",
    "nothing": "",
}


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb as it is told on the command line."""
    verb = verbs.add_parser("row", help="everything about one row of a job")
    verb.add_argument("job", type=int, metavar="JOB")
    verb.add_argument("row", type=int, metavar="ROW", help="of the table; the first is 1")
    verb.add_argument("--raw", action="store_true", help="the message just as it came, as JSON")
    verb.add_argument("--json", action="store_true", help="one JSON object on stdout")
    verb.set_defaults(run=show_row)


def show_row(arguments: argparse.Namespace) -> int:
    """Tell what was asked, what came back and what to do; works beside an open window."""
    if arguments.row < 1:
        raise StoreError("Rows are counted from 1, the first one after the header.")
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        opening, report, job = session.opening, Progress("Reading"), arguments.job
        row = opening.row(job, arguments.row - 1, report)
        answer = row.answer
        if arguments.raw and answer is not None and not arguments.json:
            show(orjson.dumps(answer.raw, option=orjson.OPT_INDENT_2).decode())
            return DONE
        sent = opening.sent(job, answer, report) if answer else None
        quoted = opening.quoted(job, row.number, report)
        prompt = opening.prompt(job, row)
        names = headers(session.desk.job(job).recipe.fields)
        if arguments.json:
            print_json(_json(row, names, sent, quoted, prompt, raw=arguments.raw))
        else:
            for line in _lines(row, names, sent, quoted, prompt):
                show(line)
        return DONE


def _lines(
    row: JobRow, names: list[str], sent: Sent | None, quoted: list[Quoted], prompt: str
) -> Iterator[str]:
    answer = row.answer
    yield f"Row {row.number + 1:,}: {answer.outcome.replace('_', ' ') if answer else 'waiting'}"
    if answer is not None:
        places = {each.place: f" ({place_words(each)})" for each in quoted}
        for place, (name, value) in enumerate(zip(names, answer.values, strict=False)):
            yield f"{name}: {value or '–'}{places.get(place, '')}"
        yield from filter(None, (answer.reason, _help(answer), *_facts(row, answer, sent)))
        if answer.text:
            yield f"As it came:\n{answer.text}"
    yield f"Asked:\n{prompt}"


def _help(answer: Answer) -> str:
    cause = cause_of(answer)
    return help_for(cause) if cause else ""


def _facts(row: JobRow, answer: Answer, sent: Sent | None) -> Iterator[str]:
    if row.version:
        yield f"Version of the prompt: {row.version:,}"
    if answer.usage is not None:
        cost = "" if answer.cost is None else f", {usd(answer.cost)}"
        yield f"Tokens: {answer.usage.prompt:,} in, {answer.usage.output:,} out{cost}"
    if sent is not None and sent.batch_id:
        part = f", part {sent.part:,} of {sent.parts:,}" if sent.part else ""
        run = f", run again {sent.run}" if sent.run else ""
        yield f"Batch: {sent.batch_id}{part}{run}"
    elif sent is not None and _CAME[sent.came]:
        yield f"It came {_CAME[sent.came]}."
    if row.earlier:
        yield f"Answers before it was run again: {len(row.earlier):,}"


def place_words(quoted: Quoted) -> str:
    """Where a quote stands."""
    if quoted.pages is None:
        return {
            "document": f"in {quoted.document}",
            "row": "in the row, not in its document",
            "unread": f"not looked up: {quoted.document} has no text",
        }.get(quoted.where, "not found in the text")
    pages = quoted.pages
    on = (
        f"page {pages.first:,}"
        if pages.first == pages.last
        else f"pages {pages.first:,}–{pages.last:,}"
    )
    also = f", also {', '.join(f'{page:,}' for page in pages.also)}" if pages.also else ""
    return f"{on} of {quoted.page_count:,} of {quoted.document}{also}"


def _json(
    row: JobRow,
    names: list[str],
    sent: Sent | None,
    quoted: list[Quoted],
    prompt: str,
    *,
    raw: bool,
) -> dict[str, Any]:
    answer = row.answer
    told: dict[str, Any] = {"row": row.number + 1, "prompt": prompt, "version": row.version}
    told["outcome"] = answer.outcome if answer else "waiting"
    if answer is not None:
        told["values"] = dict(zip(names, answer.values, strict=False))
        told |= {"reason": answer.reason, "help": _help(answer), "text": answer.text}
        paid = None if answer.cost is None else str(answer.cost)
        told |= {"usage": answer.usage, "usd": paid, "sent": sent and asdict(sent)}
        told["quotes"] = [_quote_json(each) for each in quoted]
        if raw:
            told["raw"] = answer.raw
    return told


def _quote_json(quoted: Quoted) -> dict[str, Any]:
    told = asdict(quoted)
    del told["excerpt"]
    return told

"""The verb that lists what was corrected, and lets it be examples or right answers."""

import argparse
import contextlib
from pathlib import Path

from claude_batch_desk.core.errors import SelectionError
from claude_batch_desk.core.jobs.correcting.lessons import MOST_OFFERED, Lesson, Lessons
from claude_batch_desk.core.jobs.correcting.telling import labels_told
from claude_batch_desk.core.jobs.rows.choice_words import parse_rows
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import DONE, Progress, print_json, say, show

_MOST_NAMED = 10_000
"""Rows in one command."""


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `corrected` to the command line."""
    parser = verbs.add_parser(
        "corrected", help="what was corrected by hand; use it in the prompt, or as right answers"
    )
    parser.add_argument("job", type=int, metavar="JOB")
    parser.add_argument(
        "--rows", default="", metavar="ROWS", help='only these: "3, 17, 40-45"; else all'
    )
    then = parser.add_mutually_exclusive_group()
    then.add_argument(
        "--examples",
        type=Path,
        metavar="RECIPE",
        help="write the job's recipe with these rows as examples; a few where none are named",
    )
    then.add_argument("--label", action="store_true", help="let them be known to be right")
    then.add_argument("--forget-labels", action="store_true", help="take that back")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=corrected)


def corrected(arguments: argparse.Namespace) -> int:
    """Tell of the corrected rows, and do with them what the person said; works beside a window."""
    rows = parse_rows(arguments.rows, _MOST_NAMED) if arguments.rows else ()
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        if arguments.label:
            return _label(session, arguments, rows)
        if arguments.forget_labels:
            report = Progress("Forgetting")
            count = session.teaching.forget_labels(arguments.job, report, rows=rows)
            _tell(arguments, f"Right answers forgotten: {count:,}.", forgotten=count)
            return DONE
        found = session.teaching.lessons(arguments.job, Progress("Reading"), rows=rows)
        if arguments.examples:
            return _write_examples(session, arguments, found, rows)
    if arguments.json:
        print_json({"rows": found.rows, "corrected": [_as_json(each) for each in found.found]})
        return DONE
    for lesson in found.found:
        show(_told(lesson))
    if not found.rows:
        show("Nothing was corrected by hand.")
    elif found.rows > len(found.found):
        show(f"These are the first {MOST_OFFERED} of {found.rows:,} rows.")
    return DONE


def _label(session: Session, arguments: argparse.Namespace, rows: tuple[int, ...]) -> int:
    made = session.teaching.label(arguments.job, Progress("Labelling"), rows=rows)
    _tell(arguments, " ".join(labels_told(made)), labelled=made.count)
    return DONE


def _write_examples(
    session: Session, arguments: argparse.Namespace, found: Lessons, rows: tuple[int, ...]
) -> int:
    wanted = rows or tuple(each.row for each in found.found if each.row in found.proposed)
    if not wanted:
        raise SelectionError(
            "No corrected row can be an example as it is. `corrected` says why of each. Nothing "
            "was written."
        )
    recipe = session.teaching.taught(arguments.job, wanted, Progress("Reading"))
    save_recipe(recipe, arguments.examples)
    told = f"{arguments.examples} has {len(recipe.examples)} examples. They are rows of your table."
    _tell(arguments, told, examples=[row + 1 for row in wanted])
    return DONE


def _tell(arguments: argparse.Namespace, words: str, **facts: object) -> None:
    if arguments.json:
        print_json(facts)
    else:
        say(words)


def _told(lesson: Lesson) -> str:
    answers = {each.name: each.text for each in lesson.example.answers}
    put = ", ".join(f"{name}: “{answers[name]}”" for name in lesson.corrected)
    return f"Row {lesson.row + 1}: {put}{f' ({lesson.problem})' if lesson.problem else ''}"


def _as_json(lesson: Lesson) -> dict[str, object]:
    answers = {each.name: each.text for each in lesson.example.answers}
    return {
        "row": lesson.row + 1,
        "corrected": {name: answers[name] for name in lesson.corrected},
        "problem": lesson.problem or None,
    }

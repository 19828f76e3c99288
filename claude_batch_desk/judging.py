"""The verb that tells how many answers of a job are right."""

import argparse
import contextlib

from claude_batch_desk.console import DONE, Progress, accuracy_json, print_json, show
from claude_batch_desk.core.jobs.quality.telling import tell
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session


def accuracy(arguments: argparse.Namespace) -> int:
    """Compare a job's answers, or its tried rows, with what is right; works beside a window.

    Columns that are named are kept with the job, as if they had been chosen in the window.
    """
    report = Progress("Comparing")
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        quality = session.quality
        if arguments.gold:
            quality.name_gold(arguments.job, arguments.gold, report)
        found = quality.accuracy(arguments.job, report, tolerance=arguments.tolerance / 100)
    if arguments.json:
        print_json({"job": arguments.job, **accuracy_json(found)})
    else:
        for line in tell(found):
            show(line)
    return DONE

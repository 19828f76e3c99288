"""Which of a job's requests trials have answered, and what that says of the others."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

import orjson

from claude_batch_desk.core.jobs.billed_counts import CHECKED, Check
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import Stores, Trial
from claude_batch_desk.core.jobs.weighing import Weights, key_of
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.prompts.request import Build
from claude_batch_desk.core.results.answers import read_message


@dataclass(frozen=True)
class Tried:
    """Requests by their position; see Measured."""

    usages: Mapping[int, Usage]
    """Of those that chance has chosen, and that were billed."""
    weights: Mapping[int, float]
    """Of these."""
    answered: Set[int]
    """Those whose answers are taken over, however they were chosen."""
    checks: tuple[Check, ...] = ()
    """Some of them, to hold the service's counts against; none where rows have documents."""


@dataclass(frozen=True)
class Finder:
    """Finds the requests that trials have answered among those of a job as it is now."""

    weights: Weights
    build: Build
    documents: bool
    """Rows have documents, so a request is more than its prompt."""

    def position(self, trial: Trial) -> int | None:
        """Where the request of a trial is; None where nothing asks that any more."""
        key = hash(trial.sha256) if self.documents else key_of(trial.prompt)
        at = self._of_row(trial.row)
        if at is None or self.weights.keys[at] != key:
            try:
                at = self.weights.keys.index(key)
            except ValueError:
                return None
        asked_now = self.documents or self.build(trial.prompt).sha256 == trial.sha256
        return at if asked_now else None

    def _of_row(self, row: int) -> int | None:
        rows, numbers = self.weights.row_numbers, self.weights.numbers
        place = bisect_left(rows, row)
        if place == len(rows) or rows[place] != row:
            return None
        number = self.weights.request_of_row[place]
        at = bisect_left(numbers, number)
        return at if at < len(numbers) and numbers[at] == number else None


def tried_requests(stores: Stores, job: Job, finder: Finder) -> Tried:
    """What trials with the recipe as it is now say of its requests.

    Answers that are of no use, such as those cut off, were billed as others will be: they count
    for the averages, though their requests are sent again. One that many rows ask was that much
    likelier to be drawn, so it stands for fewer others.
    """
    found = {
        at: trial
        for trial in stores.answers.trials(job.id)
        if (at := finder.position(trial)) is not None
    }
    fields = job.recipe.fields
    answers = {at: read_message(orjson.loads(each.raw), fields) for at, each in found.items()}
    billed = {at: each.usage for at, each in answers.items() if each.usage is not None}
    checks = () if finder.documents else tuple(
        Check(finder.build(found[at].prompt), billed[at].prompt) for at in [*billed][:CHECKED]
    )  # fmt: skip
    drawn = {at: weight for at in billed if (weight := found[at].weight) is not None}
    twins = _rows_of(finder.weights, drawn.keys())
    return Tried(
        usages={at: billed[at] for at in drawn},
        weights={at: weight / twins[at] for at, weight in drawn.items()},
        answered={at for at, each in answers.items() if each.outcome == "answered"},
        checks=checks,
    )


def _rows_of(weights: Weights, positions: Set[int]) -> Mapping[int, int]:
    """How many rows ask each of these requests."""
    if len(weights.numbers) == len(weights.row_numbers):
        return dict.fromkeys(positions, 1)
    wanted = {weights.numbers[at]: at for at in positions}
    asked = weights.request_of_row
    return Counter(wanted[number] for number in asked if number in wanted)

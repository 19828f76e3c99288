"""Jobs of many kinds, drawn at random, whose every token is known: what estimates are held against.

Texts have the makeup, and tokens per kind of byte, that a byte-pair tokeniser gave for survey
answers, support tickets, records, source code and documentation; single texts differ from that.
"""

import random
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count, islice

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.pricing.estimator import estimate
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.pricing.workload import Measured, Workload, sample_for_counting
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.quality.sampling import Candidates, How, spread
from tests.choices import plain_choices
from tests.core.pricing.jobs import BOOK, FIXED_BYTES, FIXED_TOKENS

Draw = Callable[[random.Random], "Text"]
Answer = Callable[[random.Random, int], int]

_LETTER, _MARK = 0.22, 0.62
"""Tokens per byte."""
_SCRIPTS = {"French": (0.04, 0.55), "German": (0.02, 0.60), "Russian": (0.88, 0.28),
            "Arabic": (0.86, 0.34), "Japanese": (0.94, 0.42), "Greek": (0.86, 0.45)}  # fmt: skip
"""Of other languages the share of bytes that are not ASCII, and their tokens per byte."""


@dataclass(frozen=True)
class Text:
    """One prompt: its bytes by kind, and its tokens."""

    size: int
    wide: int
    marks: int
    tokens: int


@dataclass(frozen=True)
class Asked:
    """What is asked for, and how long its answers are by the size of the prompt."""

    recipe: Recipe
    max_tokens: int
    answer: Answer
    models: Sequence[str] = ("claude-haiku-5-5", "claude-sonnet-5-5", "claude-haiku-4-5")
    """Of those that only think when told to."""


@dataclass(frozen=True)
class Known:
    """A job whose bill is known beforehand."""

    work: Workload
    usages: Sequence[Usage]

    def measured(self, counted: int, tried: int, seed: int, how: How = "random") -> Measured:
        """What the service says when so many are counted, and so many drawn to be tried."""
        picks = self._drawn(tried, seed, how)
        chosen = sample_for_counting(self.work.sizes, counted, seed) if counted else []
        return Measured(
            counted={at: self.usages[at].prompt for at in chosen},
            tried={at: self.usages[at] for at in picks},
            weights=picks,
            answered=[*picks],
        )

    def _drawn(self, tried: int, seed: int, how: How) -> dict[int, float]:
        """What each that is drawn stands for, by its position."""
        if how == "spread":
            rows = Candidates(range(len(self.usages)), self.work.sizes)
            return {each.row: each.weight or 0 for each in spread(rows, tried, seed)}
        pick = random.Random(seed)  # noqa: S311 - no secret
        drawn = pick.sample(range(len(self.usages)), min(tried, len(self.usages)))
        return dict.fromkeys(drawn, 1.0)

    def bill(self, answered: Sequence[int]) -> Decimal:
        """USD for a batch of all the others, request by request."""
        done, model = set(answered), self.work.model.id
        costs = (
            BOOK.cost(usage, model, "batch").total
            for at, usage in enumerate(self.usages)
            if at not in done
        )
        return sum(costs, Decimal(0))


def text(
    rnd: random.Random, size: float, marks: float, wide: float = 0.0, dense: float = 0.4
) -> Text:
    """A text of so many bytes with about these shares of marks and of other scripts."""
    whole = max(int(size), 12)
    signs = int(whole * min(max(rnd.gauss(marks, marks / 3), 0), max(0.95 - wide, 0)))
    others = int(whole * wide)
    tokens = (whole - signs - others) * _LETTER + signs * _MARK + others * dense
    return Text(whole, others, signs, min(max(int(tokens * rnd.lognormvariate(0, 0.08)), 1), whole))


def survey(rnd: random.Random) -> Text:
    """A sentence or two that somebody typed."""
    return text(rnd, rnd.lognormvariate(4.6, 0.8), 0.05)


def tickets(rnd: random.Random) -> Text:
    """Messages of which one in five is in one of several other languages."""
    size = rnd.lognormvariate(5.8, 0.8)
    if rnd.random() < 0.8:
        return text(rnd, size, 0.06)
    return text(rnd, size, 0.05, *_SCRIPTS[rnd.choice(sorted(_SCRIPTS))])


def records(rnd: random.Random) -> Text:
    """Cells with names, numbers and dates."""
    return text(rnd, rnd.lognormvariate(5.6, 0.3), rnd.choice([0.2, 0.25, 0.45]))


def code(rnd: random.Random) -> Text:
    """Functions of a program."""
    return text(rnd, rnd.lognormvariate(6.4, 1.0), rnd.uniform(0.1, 0.3))


def japanese(rnd: random.Random) -> Text:
    """Comments in another script throughout, some with Latin names and numbers."""
    return text(
        rnd, rnd.lognormvariate(5.2, 0.7), 0.02, rnd.uniform(0.7, 0.95), rnd.gauss(0.42, 0.03)
    )


def reports(rnd: random.Random) -> Text:
    """Mostly notes, some reports, a few books; tables make long ones denser."""
    size = min(rnd.paretovariate(1.2) * 300, 300_000)
    return text(rnd, size, 0.05 + 0.15 * min(size / 20_000, 1) * rnd.random())


def contracts(rnd: random.Random) -> Text:
    """Long documents, on both sides of the 100,000 tokens where a model may become dearer."""
    return text(rnd, rnd.uniform(200_000, 550_000), 0.07)


TEXTS: Mapping[str, Draw] = {
    "survey answers": survey,
    "tickets, 7 languages": tickets,
    "records with numbers": records,
    "source code": code,
    "Japanese comments": japanese,
    "notes to books": reports,
    "contracts at the cliff": contracts,
}

_LABEL = OutputField("Mood", "choice", plain_choices("good", "bad", "neither"))
_THINKERS = ("claude-opus-5-5", "claude-fable-5-2")


def _grows(start: float, share: float, off: float) -> Answer:
    return lambda rnd, size: int((start + share * size) * rnd.lognormvariate(0, off))


ANSWERS: Mapping[str, Asked] = {
    "a label": Asked(Recipe(fields=(_LABEL,)), 240, lambda rnd, _: rnd.randint(18, 26)),
    "a label and why": Asked(
        Recipe(fields=(_LABEL, OutputField("Why"))),
        640,
        lambda rnd, _: 20 + int(rnd.lognormvariate(3.4, 0.4)),
    ),
    "several values": Asked(
        Recipe(fields=(OutputField("Names"), OutputField("Places"))), 1_000, _grows(25, 0.05, 0.3)
    ),
    "a summary": Asked(
        Recipe(fields=(OutputField("Summary", "long_text"),)), 2_200, _grows(60, 0.08, 0.3)
    ),
    "free text": Asked(Recipe(), 2_200, lambda rnd, _: int(rnd.lognormvariate(5, 0.5))),
    "a label, thought about": Asked(
        Recipe(fields=(_LABEL,), effort="low"),
        4_240,
        lambda rnd, _: rnd.randint(18, 26) + int(rnd.lognormvariate(4.5, 0.9)),
        _THINKERS,
    ),
    "a label, at times long thought about": Asked(
        Recipe(fields=(_LABEL,), effort="medium"),
        4_240,
        lambda rnd, _: rnd.randint(18, 40) if rnd.random() < 0.8 else rnd.randint(300, 2_500),
        _THINKERS,
    ),
}


def known_job(kind: str, asked: str, seed: int, rows: int = 0) -> Known:
    """A job of 200 to 3,000 rows, or of so many, with texts and answers of a kind."""
    rnd = random.Random(f"{kind} {asked} {seed}")  # noqa: S311 - no secret
    ask, draw = ANSWERS[asked], TEXTS[kind]
    model = bundled_models()[rnd.choice(ask.models)]
    texts = [draw(rnd) for _ in range(rows or int(rnd.triangular(200, 3_000, 400)))]
    fitting = [each for each in texts if each.tokens + FIXED_TOKENS <= model.max_input_tokens]
    work = Workload(
        model=model,
        recipe=ask.recipe,
        max_tokens=ask.max_tokens,
        rows=len(fitting),
        sizes=array("I", [each.size for each in fitting]),
        fixed_bytes=FIXED_BYTES,
        fixed_tokens=FIXED_TOKENS,
        wide=array("I", [each.wide for each in fitting]),
        marks=array("I", [each.marks for each in fitting]),
    )
    usages = [
        Usage(FIXED_TOKENS + each.tokens, output=min(ask.answer(rnd, each.size), ask.max_tokens))
        for each in fitting
    ]
    return Known(work, usages)


@dataclass(frozen=True)
class Kind:
    """One job of a kind, still to be drawn."""

    text: str
    asked: str
    seed: int

    def draw(self) -> Known:
        """The job; the same again each time."""
        return known_job(self.text, self.asked, self.seed)


@dataclass(frozen=True)
class Outcome:
    """One job, estimated and billed."""

    kind: Kind
    inside: bool
    """The bill lay within the range."""
    above: bool
    """It lay above it."""
    width: float
    """Half the width of the range as a share of the expected amount."""
    under_ceiling: bool


def held(
    kind: Kind, job: Known, counted: int = 200, tried: int = 20, how: How = "random"
) -> Outcome:
    """A job estimated from so many counts and tries, and its range held against its bill."""
    measured = job.measured(counted, tried, kind.seed, how)
    amount = estimate(job.work, measured, BOOK).batch
    bill = job.bill([*measured.answered])
    return Outcome(
        kind=kind,
        inside=amount.low <= bill <= amount.high,
        above=bill > amount.high,
        width=float((amount.high - amount.low) / 2 / amount.expected),
        under_ceiling=bill <= amount.ceiling,
    )


def jobs_of_all_kinds(jobs: int) -> list[Kind]:
    """So many jobs, evenly over all kinds of texts and answers."""
    every = (Kind(text, asked, seed) for seed in count() for text in TEXTS for asked in ANSWERS)
    return [*islice(every, jobs)]

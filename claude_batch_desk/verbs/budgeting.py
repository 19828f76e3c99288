"""The verbs that set what may be spent, and what models cost; they tell it as well."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.budgets import Budget
from claude_batch_desk.core.pricing.amounts import money, read_amount, unit_price
from claude_batch_desk.core.pricing.entering import WrittenPrices, override_of
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.pricing.price_list import PricedModel, PriceList
from claude_batch_desk.core.pricing.rates import Prices
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import Settings, home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import DONE, Progress, print_json, say, show

_NONE = "none"
_KINDS = {
    "input": "a million input tokens at once",
    "output": "the same for output",
    "cache_write_5m": "for writing the cache for five minutes",
    "cache_write_1h": "for writing it for an hour",
    "cache_read": "for reading it",
}


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `budget` and `prices` to the command line."""
    budget = verbs.add_parser("budget", help="what may be spent, and how this month stands")
    for name, words in (
        ("--month", "what all jobs of a calendar month may cost at most"),
        ("--job", "what a job may cost at most"),
        ("--typed-above", "from where on the amount has to be named before a job is sent"),
    ):
        budget.add_argument(name, type=_limit, metavar="USD|none", help=words)
    budget.add_argument("--json", action="store_true", help="one JSON object on stdout")
    budget.set_defaults(run=show_budget)
    prices = verbs.add_parser("prices", help="what models cost; other prices for one of them")
    prices.add_argument("model", nargs="?", default="", metavar="MODEL")
    for kind, words in _KINDS.items():
        prices.add_argument(_option(kind), default="", metavar="USD", help=words)
    prices.add_argument(
        "--above", default="", metavar="TOKENS", help="prompts longer than this cost what follows"
    )
    for kind, words in _KINDS.items():
        option = f"{_option(kind)}-above"
        prices.add_argument(option, default="", metavar="USD", help=f"{words}, longer prompts")
    prices.add_argument("--reset", action="store_true", help="use the price table again")
    prices.add_argument("--json", action="store_true", help="one JSON object on stdout")
    prices.set_defaults(run=show_prices)


def _option(kind: str) -> str:
    return f"--{kind.replace('_', '-')}"


def _limit(text: str) -> Decimal | str:
    """An amount in USD, or `none`; told apart from an option that is not given, which is None."""
    if text == _NONE:
        return text
    amount = read_amount(text)
    if amount is None or amount < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount in USD, nor none")
    return amount


@contextlib.contextmanager
def _session(*, changes: bool) -> Iterator[Session]:
    """Looking on works beside an open window; changing does not, which would not hear of it."""
    with contextlib.closing(Session(home_folder(), shared=not changes)) as session:
        yield session


def named_amount(
    session: Session, job: Job, price: Range, arguments: argparse.Namespace
) -> Decimal | None:
    """The most a job may cost, as the person named it; typed here where that is wanted.

    None where nothing was named: the desk refuses what had to be.
    """
    limit = session.money.allowance(job.id, silent).typed_above
    named: Decimal | None = arguments.budget
    if named is not None or limit is None or price.ceiling <= limit:
        return named
    if arguments.yes or not sys.stdin.isatty():
        return None
    shown = money(price.ceiling, up=True)
    say(f"This may cost up to {shown}. Type {shown.removeprefix('$')} to send it: ", end="")
    agreed = read_amount(shown)
    return agreed if read_amount(sys.stdin.readline()) == agreed else None


def budget_lines(session: Session, job: Job) -> list[str]:
    """The budgets that a job has to fit into, each with what is left of it."""
    words = {"month": "this month", "job": "a job"}
    return [
        f"Budget of {words[each.scope]}, {money(each.limit)}: {each.unknown or _left(each)}"
        for each in session.money.allowance(job.id, silent).budgets
    ]


def show_budget(arguments: argparse.Namespace) -> int:
    """Change the limits that are named, and tell how all of them stand."""
    named = (arguments.month, arguments.job, arguments.typed_above)
    changes = any(each is not None for each in named)
    with _session(changes=changes) as session:
        if changes:
            session.change(partial(_with_limits, arguments))
        settings = session.settings
        budget = session.money.month_budget("live", Progress("Adding up"))
    if arguments.json:
        print_json(_budget_json(settings, budget))
        return DONE
    show(f"This month: {_amount(settings.monthly_budget)}")
    if budget is not None:
        show(f"  {budget.unknown or _left(budget)}")
    show(f"A job: {_amount(settings.job_budget)}")
    typed = settings.typed_above
    show(f"The amount has to be named above: {_amount(typed) if typed is not None else 'never'}")
    return DONE


def _with_limits(arguments: argparse.Namespace, now: Settings) -> Settings:
    def chosen(named: Decimal | str | None, before: Decimal | None) -> Decimal | None:
        if named is None:
            return before
        return named if isinstance(named, Decimal) else None

    return replace(
        now,
        monthly_budget=chosen(arguments.month, now.monthly_budget),
        job_budget=chosen(arguments.job, now.job_budget),
        typed_above=chosen(arguments.typed_above, now.typed_above),
    )


def _amount(limit: Decimal | None) -> str:
    return "no budget" if limit is None else money(limit)


def _left(budget: Budget) -> str:
    left = money(max(budget.left, Decimal(0)), down=True)
    reserved = money(budget.reserved, up=True)
    return f"{left} is left; {money(budget.billed)} is billed, {reserved} is reserved."


def _budget_json(settings: Settings, budget: Budget | None) -> dict[str, Any]:
    month = budget and {
        "billed_usd": str(budget.billed),
        "reserved_usd": str(budget.reserved),
        "left_usd": None if budget.unknown else str(budget.left),
        "unknown": budget.unknown,
    }
    return {
        "month_usd": _text(settings.monthly_budget),
        "job_usd": _text(settings.job_budget),
        "typed_above_usd": _text(settings.typed_above),
        "this_month": month,
    }


def _text(limit: Decimal | None) -> str | None:
    return None if limit is None else str(limit)


def show_prices(arguments: argparse.Namespace) -> int:
    """Take or forget prices of a model, and tell those of all models, or of this one."""
    nothing = WrittenPrices()
    written = (_written(arguments), _written(arguments, "_above"))
    changes = arguments.reset or bool(arguments.above) or written != (nothing, nothing)
    if changes and not arguments.model:
        raise PriceError("Name the model that these prices are of.")
    with _session(changes=changes) as session:
        if changes:
            _enter(session, arguments)
            _warn_of_tiers(session, arguments.model)
        found = session.money.price_list(Progress("Reading"))
    models = [each for each in found.models if arguments.model in ("", each.id)]
    if not models:
        raise PriceError(f"There is no price for a model “{arguments.model}”.")
    if arguments.json:
        models_json = [_model_json(model) for model in models]
        print_json({"table": found.source, "unit": "USD per million tokens", "models": models_json})
        return DONE
    for line in _lines(found, models):
        show(line)
    return DONE


def _written(arguments: argparse.Namespace, of: str = "") -> WrittenPrices:
    return WrittenPrices(**{kind: getattr(arguments, f"{kind}{of}") for kind in _KINDS})


def _enter(session: Session, arguments: argparse.Namespace) -> None:
    overrides = dict(session.settings.price_overrides)
    overrides.pop(arguments.model, None)
    if not arguments.reset:
        today = datetime.now(UTC).astimezone().date()
        overrides[arguments.model] = override_of(
            _written(arguments), arguments.above, _written(arguments, "_above"), today
        )
    session.change(lambda now: replace(now, price_overrides=overrides))


def _warn_of_tiers(session: Session, model: str) -> None:
    """Say where the table has more prices than were entered."""
    priced = {each.id: each for each in session.money.price_list(silent).models}.get(model)
    if priced and priced.entered and not priced.entered.longer and priced.listed:
        for tier in priced.listed.tiers[1:]:
            say(
                f"The table has dearer prices for prompts of more than {tier.above:,} tokens. "
                "Yours hold for all; with --above you enter others for the longer ones."
            )


def _lines(found: PriceList, models: list[PricedModel]) -> Iterator[str]:
    yield "USD per million tokens at once: input, output, cache 5 min, 1 h, read; a batch is half."
    for model in models:
        if model.rates is None:
            yield f"{model.id}: not known"
            continue
        for tier in model.rates.tiers:
            over = f" (over {tier.above:,} tokens)" if tier.above >= 0 else ""
            prices = "  ".join(f"{unit_price(getattr(tier.now, kind)):>8}" for kind in _KINDS)
            own = f"  {model.rates.source}" if model.entered else ""
            yield f"{prices}  {model.id}{over}{own}"
    yield f"The table: {found.source}."


def _model_json(model: PricedModel) -> dict[str, Any]:
    tiers = model.rates.tiers if model.rates else ()
    return {
        "model": model.id,
        "entered": model.entered is not None,
        "source": model.rates.source if model.rates else None,
        "tiers": [
            {
                "above_tokens": max(tier.above, 0),
                "at_once": _prices_json(tier.now),
                "batch": _prices_json(tier.batch),
            }
            for tier in tiers
        ],
    }


def _prices_json(prices: Prices) -> dict[str, str]:
    return {kind: f"{getattr(prices, kind).normalize():f}" for kind in _KINDS}

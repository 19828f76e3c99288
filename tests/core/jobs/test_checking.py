"""Before sending, all rows are checked here, and the longest is shown to the service for free."""

from array import array
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claude_batch_desk.core.catalogue import OfferedModel, bundled_models
from claude_batch_desk.core.jobs.checking import Dear, Looked, concerns, said_by_service
from claude_batch_desk.core.jobs.counting import Counts
from claude_batch_desk.core.jobs.foreseeing import Foreseen
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.prompts.checks import Concern, NotSendable
from claude_batch_desk.core.prompts.fields import Choice, OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE

HAIKU = bundled_models()["claude-haiku-5-5"]
OPUS = bundled_models()["claude-opus-5-5"]
PLAN = Plan(array("I", range(4)), array("I", [0, 1, 2, 0]), bytes(3 * 32))
LOOKED = Looked(PLAN, Foreseen({}, {}, set()))


def said(recipe: Recipe, model: OfferedModel, looked: Looked = LOOKED) -> list[tuple[str, str]]:
    return [(each.tone, each.text) for each in concerns(recipe, model, looked)]


def test_nothing_is_said_of_a_job_in_order() -> None:
    assert said(RECIPE, HAIKU) == []


def test_a_model_that_is_retired_before_a_batch_must_have_ended_is_a_warning() -> None:
    at_once = replace(HAIKU, retires_at=datetime.now(UTC) + timedelta(hours=3))
    [(tone, text)] = said(RECIPE, at_once)
    assert tone == "warning"
    assert "before a batch is sure to have ended" in text
    later = replace(HAIKU, retires_at=datetime.now(UTC) + timedelta(days=9))
    [(tone, text)] = said(RECIPE, later)
    assert tone == "note"
    assert "can be asked only until" in text


def test_a_model_that_is_retired_or_takes_no_batches_stops_the_job() -> None:
    gone = replace(HAIKU, lifecycle="retired", batch=False)
    assert [tone for tone, _ in said(RECIPE, gone)] == ["stop", "stop"]


def test_a_model_that_always_thinks_needs_room_for_it() -> None:
    [(tone, text)] = said(replace(RECIPE, max_tokens=50), OPUS)
    assert tone == "warning"
    assert "many answers may be cut off. Allow " in text
    assert said(replace(RECIPE, max_tokens=5_000), OPUS) == []
    assert said(replace(RECIPE, max_tokens=50), HAIKU) == []  # it is told not to think


LONG = OutputField("Letter", "long_text")
ONE_OF = OutputField("Team", "choice", (Choice("A"), Choice("B")), companions=("reason",))


@pytest.mark.parametrize(
    ("fields", "too_few", "enough"),
    [((), 30, 50), ((LONG,), 30, 50), ((ONE_OF,), 15, 30), ((LONG, ONE_OF), 50, 70)],
)
def test_a_limit_that_no_answer_fits_into_is_said(
    fields: tuple[OutputField, ...], too_few: int, enough: int
) -> None:
    recipe = replace(RECIPE, fields=fields)
    [(tone, text)] = said(replace(recipe, max_tokens=too_few), HAIKU)
    assert tone == "warning"
    assert f"may take only {too_few}. Most will be cut off" in text
    assert said(replace(recipe, max_tokens=enough), HAIKU) == []


def test_an_effort_that_thinks_anyway_is_said() -> None:
    [(tone, text)] = said(replace(RECIPE, effort="max"), HAIKU)
    assert tone == "note"
    assert "billed as output" in text


def test_a_model_that_cannot_think_first_is_said() -> None:
    old = bundled_models()["claude-haiku-4-5"]
    [(_, text)] = said(replace(RECIPE, thinking=True), old)
    assert "will answer without thinking" in text


def test_rows_at_a_dearer_price_are_named_and_all_rows_of_a_request_counted() -> None:
    looked = replace(LOOKED, dear=Dear(100_000, 5, {0}))
    [concern] = concerns(RECIPE, HAIKU, looked)
    assert concern.text.startswith("2 rows have probably more than 100,000 tokens")
    assert "5 times as much" in concern.text
    assert (concern.rows, concern.place) == ((0, 3), "data")


def test_the_worst_comes_first() -> None:
    gone = replace(OPUS, lifecycle="retired")
    looked = replace(LOOKED, dear=Dear(100_000, 5, {0}))
    tones = [tone for tone, _ in said(replace(RECIPE, max_tokens=50), gone, looked)]
    assert tones == ["stop", "warning", "note"]


def test_a_job_of_several_batches_says_so() -> None:
    many = 250_000
    plan = Plan(array("I", range(many)), array("I", range(many)), bytes(many * 32))
    [(tone, text)] = said(RECIPE, HAIKU, Looked(plan, Foreseen({}, {}, set())))
    assert tone == "note"
    assert "so this job is at least 3. A new account may have 200,000 requests" in text


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (Counts({"a": 9, "b": 1_234}, {}), "it takes the longest row, of 1,234 tokens."),
        (Counts({"a": 9}, {"b": "Too long."}), "it takes most rows, but not the longest."),
        (Counts({"a": 9}, {}), "not on the longest row, which is too large for that."),
        (Counts({}, {}, "No key."), "Not checked with the service. No key."),
    ],
)
def test_it_is_said_what_the_service_was_asked(counts: Counts, told: str) -> None:
    text, found = said_by_service(counts, "b")
    assert text.endswith(told)
    assert found == ()


def test_the_longest_row_is_checked_with_the_service(
    session: Session, draft: Callable[..., Job]
) -> None:
    estimate = session.desk.estimate(draft(messages=["short", "long " * 500]).id, silent)
    assert estimate.checked.startswith("Checked with the service: it takes the longest row")
    assert estimate.concerns == ()


@pytest.mark.parametrize("rows", [2, 30])
def test_what_the_service_refuses_of_all_rows_is_said_once(
    session: Session, draft: Callable[..., Job], service: PracticeService, rows: int
) -> None:
    service.set_faults("count-400:99")
    estimate = session.desk.estimate(draft(rows).id, silent)
    [concern] = estimate.concerns
    assert concern.text.startswith("The service does not take the requests as they are now.")
    assert (concern.tone, concern.place) == ("warning", "prompt")


def test_no_service_is_no_failure_but_it_is_said(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(3)
    session.practice_url = "http://127.0.0.1:9"  # nobody listens there
    estimate = session.desk.estimate(job.id, silent)
    assert estimate.checked.startswith("Not checked with the service.")


def test_a_job_that_cannot_be_batched_is_not_sent_as_one(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(2)
    session.desk._ground._models["practice"] = [replace(HAIKU, batch=False)]
    with pytest.raises(NotSendable, match="not offered in batches"):
        session.desk.send(job.id, None, silent)
    assert session.desk.job(job.id).state == "draft"


def test_what_was_found_is_kept_with_the_sent_job(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(messages=["one", " "], recipe=replace(RECIPE, effort="max"))
    sent = session.desk.send(job.id, None, silent)
    assert sent.estimate is not None
    stored = session.desk.job(job.id).estimate
    assert stored is not None
    assert stored.concerns == sent.estimate.concerns
    assert all(isinstance(each, Concern) for each in stored.concerns)
    assert stored.checked

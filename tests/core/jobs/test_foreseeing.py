"""What will not be answered is said with the price, by its rows as a person counts them."""

from array import array
from collections.abc import Callable
from dataclasses import replace

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.jobs.foreseeing import Foreseen, warn
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE

HAIKU = bundled_models()["claude-haiku-4-5"]
PLAN = Plan(array("I", range(10, 20)), array("I", [0, 1, 2, 3, 4, 0, 5, 6, 7, 8]), bytes(9 * 32))


def test_nothing_is_said_where_all_will_be_answered() -> None:
    assert warn(PLAN, Foreseen({}, {}, set()), HAIKU) == ()


def test_all_rows_of_a_request_are_meant_and_the_first_three_named() -> None:
    [said] = warn(PLAN, Foreseen({0: "A.", 3: "B.", 4: "C."}, {}, set()), HAIKU)
    assert said.text == (
        "4 rows are not sent and cost nothing. Row 11: A. Row 14: B. Row 15: C. And 1 more."
    )
    assert (said.place, said.rows) == ("data", (10, 13, 14, 15))


def test_one_row_is_one() -> None:
    [unsent, refused, long] = warn(PLAN, Foreseen({1: "A."}, {2: "B."}, {8}), HAIKU)
    assert unsent.text == "1 row is not sent and costs nothing. Row 12: A."
    assert refused.text.startswith("1 row is not taken by the service as it looks now")
    assert refused.text.endswith("Row 13: B.")
    assert long.text.startswith("1 row is probably longer than the 200,000 tokens")
    assert long.text.endswith("Row 20.")


def test_where_the_service_counts_nothing_at_all_no_row_is_blamed(
    session: Session, draft: Callable[..., Job], service: PracticeService
) -> None:
    service.set_faults("count-400:99")
    estimate = session.desk.estimate(draft(20).id, silent)
    assert estimate.counted == 0
    [refusal] = estimate.concerns
    assert refusal.text.startswith("The service does not take the requests as they are now.")
    assert refusal.rows == ()
    assert estimate.checked == ""


def test_a_single_row_the_service_does_not_count_is_named_and_the_others_are_counted(
    session: Session, draft: Callable[..., Job]
) -> None:
    texts = ["short", "word " * 300_000, "brief"]
    short_of_reading = replace(RECIPE, model="claude-haiku-4-5-20251001")
    estimate = session.desk.estimate(draft(messages=texts, recipe=short_of_reading).id, silent)
    assert estimate.counted == 2
    [said] = estimate.warnings
    assert said.startswith("1 row is not taken by the service as it looks now")
    assert "Row 2: " in said

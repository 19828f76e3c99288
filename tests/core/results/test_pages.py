"""A quote is found on its page, however its lines and hyphens came out of the document."""

import pytest

from claude_batch_desk.core.results.pages import PagedText, Pages


def paged(*pages: str) -> PagedText:
    text, starts = "", []
    for page in pages:
        starts.append(len(text))
        text += f"{page}\n\n"
    return PagedText(text, starts)


CONTRACT = paged(
    "Lease agreement\nThe rent is due on the first day.",
    "",
    "Either party may termi-\nnate with three months’ no-\ntice. The rent is due on the first day.",
    "The deposit of 1,500.00 € bears no interest and is kept on an",
    "account of its own until the end of the lease.",
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Lease agreement", Pages(1, 1)),
        ("the rent is due  on the first day", Pages(1, 1, (3,))),
        ("Either party may terminate with three months' notice", Pages(3, 3)),
        ("The deposit of 1,500.00 €", Pages(4, 4)),
        ("kept on an account of its own", Pages(4, 5)),
        ("“THE DEPOSIT”", Pages(4, 4)),
    ],
)
def test_a_quote_is_found_on_its_page(quote: str, found: Pages) -> None:
    assert CONTRACT.find(quote) == found


@pytest.mark.parametrize("quote", ["four months' notice", "The deposit of 150,000", "", "…"])
def test_what_is_not_there_is_on_no_page(quote: str) -> None:
    assert CONTRACT.find(quote) is None


def test_parts_with_something_left_out_are_found_where_they_stand_closest() -> None:
    assert CONTRACT.find("The rent is due […] first day") == Pages(1, 1)
    assert CONTRACT.find("The rent is due ... The deposit") == Pages(3, 4)
    assert CONTRACT.find("The deposit ... The rent is due") is None


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("Either party may terminate", "Either party may termi-\nnate"),
        ("three months’ notice", "three months’ no-\ntice"),
        ("The deposit of 1,500.00", "The deposit of 1,500.00"),
        ("kept on an account of its own", "kept on an\n\naccount of its own"),
        ("party … terminate", "party may termi-\nnate"),
    ],
)
def test_the_page_shows_where_the_quote_stands(quote: str, words: str) -> None:
    found = CONTRACT.excerpt(quote)
    assert found is not None
    assert found.text[found.begin : found.end] == words


def test_marks_alone_count_as_they_are_written() -> None:
    form = paged("Signed by Ada", "[x] I agree ☑")
    assert form.find("☑") == Pages(2, 2)
    found = form.excerpt("☑")
    assert found is not None
    assert found.text[found.begin : found.end] == "☑"
    assert form.excerpt("☐") is None


def test_very_many_places_are_told_as_the_first_few() -> None:
    found = paged(*["Yes."] * 50).find("yes")
    assert found == Pages(1, 1, (2, 3, 4, 5, 6, 7))

import re

from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.fields import OutputField, field_keys

NAMES = st.lists(st.text("aA_ 23!é", max_size=5) | st.just("x" * 70), max_size=16)


@given(NAMES)
def test_no_two_answer_columns_share_a_key(names: list[str]) -> None:
    keys = field_keys([OutputField(name) for name in names])
    assert len(set(keys)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_]{1,64}", key) for key in keys)


def test_a_name_that_looks_like_a_numbered_key_is_no_exception() -> None:
    names = ("x_3", "x", "x!")
    assert len(set(field_keys([OutputField(name) for name in names]))) == 3

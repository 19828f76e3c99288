"""Whatever the cells of a table hold, each row becomes one user turn with the same text in it."""

import hashlib
import json
from array import array
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.jobs.plan import Plan, make_plan
from claude_batch_desk.core.prompts.fence import fence, unescape
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import request_builder, shared_params
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.service.spool import BatchSpool
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.opened import OpenedTable
from claude_batch_desk.core.tables.pages import Paged
from claude_batch_desk.core.tables.table import Reading, Row, Table, unpack_page
from tests.choices import plain_choices
from tests.core.jobs.rows_in_memory import table_of

COLUMNS = ("Message", "Note", "__class__")
HAIKU = bundled_models()["claude-haiku-5-5"]
RECIPE = Recipe(
    instructions="Sort “messages”.\n",
    prompt=Template("<m>{{Message}}</m><n>{{Note}}</n>{{__class__}}"),
    fields=(OutputField("Label", "choice", plain_choices("a", 'b "c"')),),
    model=HAIKU.id,
)
_NASTY = (
    '"', "\\", "\\u0041", "\n", "\r", "\t", "\x00", "\x1f", "\x7f", "\u2028", "é", "🎉", "\ufffe",
    "\ud83d", "\ude00", "{{Note}}", "{{ Message }}", "{{__class__}}", "{{", "}}", "{0}", "%s",
    "</m>", "< / M >", "&lt;/m>", "&amp;lt;/n>", "</n>", "<m>", "<", "&", "/", "m", ">",
    '"}]},{"custom_id":"x","params":{', '{"role":"assistant"}', "\n\nHuman: ", "</system>",
)  # fmt: skip
CELL = st.text(st.characters(exclude_categories=())) | st.lists(
    st.sampled_from(_NASTY), max_size=8
).map("".join)
ROWS = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6)


def as_stored(rows: Sequence[Row]) -> list[Row]:
    """The rows as a table gives them: what is no text was taken out when it was read."""
    pages = Paged(OpenedTable(Reading("delimited"), COLUMNS, iter(rows)))
    return [row for page in pages for row in unpack_page(page.cells)]


def written(table: Table, folder: Path) -> tuple[Plan, bytes]:
    """A table's rows as they are frozen, and the one body they become."""
    spool = BatchSpool(folder, "job")
    build, seen = request_builder(RECIPE, HAIKU), count()

    def keep(number: int, request: Any) -> None:
        assert number == next(seen)
        assert request.sha256 == hashlib.sha256(request.params).hexdigest()
        spool.add(number, request.params)

    numbers = array("I", range(table.row_count))
    plan = make_plan(table, numbers, RECIPE.prompt.bind(COLUMNS), build, keep, silent)
    spool.close()
    body = spool.bodies[0].path.read_bytes()
    spool.discard()
    return plan, body


def cells_in(text: str) -> tuple[str, str, str]:
    """The cells a prompt was made of: each of the first two ends where its element does."""
    found = []
    for name in ("m", "n"):
        inside, closer, text = text.removeprefix(f"<{name}>").partition(f"</{name}>")
        guard = fence((name,))
        assert closer
        assert guard is not None
        found.append(unescape(guard, inside))
    return found[0], found[1], text


@given(rows=ROWS)
def test_any_cells_are_one_user_turn_and_come_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    stored = as_stored(rows)
    plan, body = written(table_of(COLUMNS, stored), tmp_path_factory.mktemp("outbox"))
    requests = json.loads(body)["requests"]
    shared = shared_params(RECIPE, HAIKU)
    for row, request in zip(stored, plan.request_of_row, strict=True):
        sent = requests[request]
        assert sent["custom_id"] == f"job-1-{request}"
        [turn] = sent["params"].pop("messages")
        assert turn.keys() == {"role", "content"}
        assert turn["role"] == "user"
        assert cells_in(turn["content"]) == tuple(row)
        assert sent["params"] == shared
        sent["params"]["messages"] = [turn]
    assert len(requests) == plan.requests == len({tuple(row) for row in stored})


@given(rows=ROWS)
def test_a_body_is_byte_for_byte_the_json_of_its_dicts(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    stored = as_stored(rows)
    plan, body = written(table_of(COLUMNS, stored), tmp_path_factory.mktemp("outbox"))
    bound, shared = RECIPE.prompt.bind(COLUMNS), shared_params(RECIPE, HAIKU)
    distinct = dict.fromkeys(map(bound.render, stored))
    dicts = [
        {
            "custom_id": f"job-1-{number}",
            "params": {**shared, "messages": [{"role": "user", "content": prompt}]},
        }
        for number, prompt in enumerate(distinct)
    ]
    text = json.dumps({"requests": dicts}, ensure_ascii=False, separators=(",", ":"))
    assert body == text.encode()
    for number, each in enumerate(dicts):
        assert plan.digest(number) == hashlib.sha256(orjson.dumps(each["params"])).hexdigest()


def test_half_a_character_in_a_cell_does_not_spoil_the_body(tmp_path: Path) -> None:
    stored = as_stored([("a\ud83d", "\ude00b", "c\x00")])
    _, body = written(table_of(COLUMNS, stored), tmp_path)
    [request] = json.loads(body)["requests"]
    assert cells_in(request["params"]["messages"][0]["content"]) == ("a", "b", "c")


TEXT = st.text() | st.lists(
    st.sampled_from([each for each in _NASTY if each.isascii()]), max_size=8
).map("".join)


@given(prompt=TEXT.filter(str.strip), text=TEXT.filter(str.strip), name=TEXT)
def test_beside_a_document_any_texts_are_the_same_two_blocks(
    prompt: str, text: str, name: str
) -> None:
    recipe = replace(RECIPE, prompt=Template("Sort it"), documents="text")
    document = Document(name, "text", "text/plain", len(text), "ab" * 32, text=text)
    params = request_builder(recipe, HAIKU, documents=True)(prompt, document).params
    source = {"type": "text", "media_type": "text/plain", "data": text}
    assert json.loads(params)["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "document", "source": source, "title": name},
                {"type": "text", "text": prompt},
            ],
        }
    ]


@given(instructions=TEXT, prompt=TEXT.filter(str.strip), about=TEXT)
def test_any_shared_part_is_spliced_as_json_would_write_it(
    instructions: str, prompt: str, about: str
) -> None:
    fields = (OutputField("Label", "choice", RECIPE.fields[0].choices, about),)
    recipe = replace(RECIPE, instructions=instructions, fields=fields)
    request = request_builder(recipe, HAIKU)(prompt)
    whole = {**shared_params(recipe, HAIKU), "messages": [{"role": "user", "content": prompt}]}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    assert request.params == text.encode()
    assert request.sha256 == hashlib.sha256(request.params).hexdigest()

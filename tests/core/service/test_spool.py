"""Bodies on disk: as few as the limits allow, whole or not there, under ids that are no cells."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.errors import RecipeError, StoreError
from claude_batch_desk.core.service.bodies import is_as_written
from claude_batch_desk.core.service.spool import (
    MAX_BYTES,
    MAX_REQUESTS,
    BatchSpool,
    custom_id_for,
    request_number,
)

JOB = "k3f9a0b1c2d4"
AROUND = len(b'{"requests":[]}')


def params(text: str) -> bytes:
    return orjson.dumps({"messages": [{"role": "user", "content": text}]})


def item_size(number: int, request: bytes, part: int = 1) -> int:
    custom_id = custom_id_for(JOB, part, number)
    return len(b'{"custom_id":"","params":}') + len(custom_id) + len(request)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_body_is_what_json_would_make_of_it(tmp_path: Path) -> None:
    texts = ["plain", 'quote " and \\', "line\nbreak", "\u2028 é 🎉", "</script>", "\x7f"]
    spool = BatchSpool(tmp_path, JOB)
    for number, text in enumerate(texts):
        spool.add(number, params(text))
    spool.close()
    (body,) = spool.bodies
    expected = {
        "requests": [
            {"custom_id": f"{JOB}-1-{number}", "params": json.loads(params(text))}
            for number, text in enumerate(texts)
        ]
    }
    written = body.path.read_bytes()
    compact = json.dumps(expected, ensure_ascii=False, separators=(",", ":"))
    assert json.loads(written) == expected
    assert written.decode() == compact
    assert body.requests == len(texts)
    assert body.size == len(written)
    assert is_as_written(body.path, JOB, 1, body.seal)


def test_a_body_written_in_many_blocks_is_the_same_as_one_written_at_once(tmp_path: Path) -> None:
    texts = ["é" * size for size in (3_000_000, 1, 2_000_000, 6_000_000, 0, 70_000)]
    spool = BatchSpool(tmp_path, JOB)
    for number, text in enumerate(texts):
        spool.add(number, params(text))
    spool.close()
    (body,) = spool.bodies
    items = [
        {"custom_id": f"{JOB}-1-{number}", "params": json.loads(params(text))}
        for number, text in enumerate(texts)
    ]
    written = body.path.read_bytes()
    assert written == orjson.dumps({"requests": items})
    assert body.size == len(written)
    assert is_as_written(body.path, JOB, 1, body.seal)


def test_another_body_begins_where_the_count_is_reached(tmp_path: Path) -> None:
    spool = BatchSpool(tmp_path, JOB, max_requests=3)
    for number in range(7):
        spool.add(number, b"{}")
    spool.close()
    assert [body.requests for body in spool.bodies] == [3, 3, 1]
    assert spool.bounds == [(0, 2), (3, 5), (6, 6)]
    last = json.loads(spool.bodies[2].path.read_bytes())
    assert last["requests"][0]["custom_id"] == f"{JOB}-3-6"


@given(
    sizes=st.lists(st.integers(0, 300), min_size=1, max_size=40),
    max_requests=st.integers(1, 12),
    max_bytes=st.integers(400, 2_000),
)
def test_no_body_passes_a_limit_and_no_request_is_lost_or_moved(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], max_requests: int, max_bytes: int
) -> None:
    spool = BatchSpool(tmp_path_factory.mktemp("spool"), JOB, max_requests, max_bytes)
    for number, size in enumerate(sizes):
        spool.add(number, orjson.dumps("x" * size))
    spool.close()
    found: list[int] = []
    for part, (body, (first, last)) in enumerate(zip(spool.bodies, spool.bounds, strict=True), 1):
        requests = json.loads(body.path.read_bytes())["requests"]
        numbers = [request_number(each["custom_id"], JOB, part) for each in requests]
        assert numbers == list(range(first, last + 1))
        assert [len(each["params"]) for each in requests] == sizes[first : last + 1]
        assert body.path.stat().st_size == body.size <= max_bytes
        assert len(requests) == body.requests <= max_requests
        found += range(first, last + 1)
    assert found == list(range(len(sizes)))
    spool.discard()


def test_a_body_is_filled_to_the_last_byte(tmp_path: Path) -> None:
    request = params("x" * 100)
    exactly = AROUND + 2 * item_size(0, request) + len(b",")
    for limit, parts in ((exactly, 1), (exactly - 1, 2)):
        spool = BatchSpool(tmp_path, JOB, max_bytes=limit)
        spool.add(0, request)
        spool.add(1, request)
        spool.close()
        assert len(spool.bodies) == parts


def test_numbers_may_have_gaps(tmp_path: Path) -> None:
    spool = BatchSpool(tmp_path, JOB, max_requests=2)
    for number in (4, 9, 17):
        spool.add(number, b"{}")
    spool.close()
    assert spool.bounds == [(4, 9), (17, 17)]


def test_the_limits_are_the_service_s() -> None:
    assert MAX_REQUESTS == 100_000
    assert MAX_BYTES < 256_000_000


def test_a_request_that_no_body_can_hold_is_refused(tmp_path: Path) -> None:
    spool = BatchSpool(tmp_path, JOB, max_bytes=1_000)
    spool.add(0, params("short"))
    with pytest.raises(RecipeError, match="shorten its text") as caught:
        spool.add(1, params("secret " * 1_000))
    assert "secret" not in str(caught.value)
    spool.discard()
    assert left(tmp_path) == []


def test_a_body_is_not_there_before_it_is_whole(tmp_path: Path) -> None:
    spool = BatchSpool(tmp_path, JOB, max_requests=2)
    spool.add(0, b"{}")
    assert left(tmp_path) == [f"{JOB}-1.partial"]
    spool.close()
    assert left(tmp_path) == [f"{JOB}-1.json"]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("closed", [False, True])
def test_discarding_leaves_nothing(tmp_path: Path, count: int, *, closed: bool) -> None:
    spool = BatchSpool(tmp_path / "outbox", JOB, max_requests=2)
    for number in range(count):
        spool.add(number, b"{}")
    if closed:
        spool.close()
    spool.discard()
    spool.discard()
    assert left(tmp_path) == []
    assert not spool.bodies
    assert not spool.bounds


def test_nothing_to_send_makes_no_body(tmp_path: Path) -> None:
    spool = BatchSpool(tmp_path / "outbox", JOB)
    spool.close()
    assert spool.bodies == []
    assert left(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")
def test_only_the_owner_can_read_a_body(tmp_path: Path) -> None:
    spool = BatchSpool(tmp_path / "outbox", JOB)
    spool.add(0, b"{}")
    spool.close()
    assert (tmp_path / "outbox").stat().st_mode & 0o077 == 0
    assert spool.bodies[0].path.stat().st_mode & 0o077 == 0


# Ids


@given(number=st.integers(0, 10**9), part=st.integers(1, 10**4))
def test_an_id_is_one_the_service_takes_and_leads_back(number: int, part: int) -> None:
    custom_id = custom_id_for(JOB, part, number)
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", custom_id)
    assert request_number(custom_id, JOB, part) == number


@given(st.text(max_size=30))
def test_an_id_of_somebody_else_leads_nowhere(text: str) -> None:
    for custom_id in (text, f"{JOB}-{text}x", f"{JOB}-1-{text}x", f"x{JOB}-1-0"):
        assert request_number(custom_id, JOB, 1) is None


@pytest.mark.parametrize("number", ["", "-1", "+1", " 1", "1 ", "1.0", "٣", "²", "0x1", "1_0"])
def test_only_plain_digits_are_a_number(number: str) -> None:
    assert request_number(f"{JOB}-1-{number}", JOB, 1) is None


def test_an_id_of_another_part_leads_nowhere() -> None:
    assert request_number(custom_id_for(JOB, 2, 7), JOB, 1) is None
    assert request_number(custom_id_for(JOB, 1, 7), JOB, 11) is None


# The disk


@pytest.mark.skipif(os.name != "posix", reason="limits of a file's size are POSIX")
def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    script = f"""
import resource
from pathlib import Path
from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.service.spool import BatchSpool
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for size in (1_000, 30_000, 99_950, 200_000):
    spool = BatchSpool(Path({str(tmp_path)!r}), {JOB!r}, max_requests=150)
    try:
        for number in range(200):
            spool.add(number, b'"%b"' % (b"x" * size))
        spool.close()
    except StoreError as error:
        print(error)
        spool.discard()
"""
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], check=True, capture_output=True, text=True
    )
    sentence = (
        "The disk is full. The job could not be prepared. Nothing was sent. "
        "Make room, then send again.\n"
    )
    assert said.stdout == sentence * 4
    assert said.stderr == ""
    assert left(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    spool = BatchSpool(tmp_path / "file" / "outbox", JOB)
    with pytest.raises(StoreError, match=r"cannot be written to: .+\. The job could not"):
        spool.add(0, b"{}")
    spool.discard()
    assert left(tmp_path) == ["file"]


def test_each_body_tells_when_the_first_of_its_files_expires(tmp_path: Path) -> None:
    spool = BatchSpool(tmp_path, JOB, max_requests=2)
    soon, later = (datetime(2026, 12, day, tzinfo=UTC) for day in (1, 2))
    for number, until in enumerate([later, soon, None, None, None, later]):
        spool.add(number, b"{}", until)
    spool.close()
    assert [body.files_until for body in spool.bodies] == [soon, None, later]

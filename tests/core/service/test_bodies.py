"""What was written to be sent is known again, and no other bytes are taken for it."""

import hashlib
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.report import Cancelled
from claude_batch_desk.core.service.bodies import NotABodyError, is_as_written, spooled_requests
from claude_batch_desk.core.service.spool import BatchSpool, Spooled

JOB = "k3f9a0b1"
TEXTS = st.text(max_size=20) | st.sampled_from(
    ['},{"custom_id":"k3f9a0b1-1-1","params":', '"}]}', '","params":', '{"requests":[', "\n", "\\"]
)


def params(text: str) -> bytes:
    return orjson.dumps({"messages": [{"role": "user", "content": text}]})


def spooled(folder: Path, texts: list[str], first: int = 0) -> Spooled:
    spool = BatchSpool(folder, JOB)
    for number, text in enumerate(texts, start=first):
        spool.add(number, params(text))
    spool.close()
    (body,) = spool.bodies
    return body


def same(body: Spooled, written: bytes) -> bool:
    body.path.write_bytes(written)
    return is_as_written(body.path, JOB, 1, body.seal)


@given(texts=st.lists(TEXTS, min_size=1, max_size=6), first=st.integers(0, 2**32 - 10))
def test_a_body_is_read_as_it_was_written_whatever_its_texts_are(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], first: int
) -> None:
    body = spooled(tmp_path_factory.mktemp("bodies"), texts, first)
    assert is_as_written(body.path, JOB, 1, body.seal)
    requests = [*spooled_requests(body.path, JOB, 1)]
    assert requests == [(first + at, params(text)) for at, text in enumerate(texts)]


@given(texts=st.lists(TEXTS, min_size=1, max_size=6), data=st.data())
def test_no_other_bytes_are_taken_for_it(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
) -> None:
    body = spooled(tmp_path_factory.mktemp("bodies"), texts)
    written = body.path.read_bytes()
    start, end = sorted(data.draw(st.integers(0, len(written))) for _ in range(2))
    put = data.draw(st.binary(max_size=8) | st.sampled_from([written[start:end] * 2, b"0", b" "]))
    other = written[:start] + put + written[end:]
    assert same(body, other) is (other == written)


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_every_single_byte_counts(tmp_path: Path, place: str) -> None:
    body = spooled(tmp_path, ["one", "two", "three"])
    written = body.path.read_bytes()
    third = len(written) // 3
    begin = {"first": 0, "middle": third, "last": 2 * third}[place]
    for at in range(begin, min(begin + third + 2, len(written))):
        for changed in (written[at] ^ 1, written[at] ^ 0x80):
            assert not same(body, written[:at] + bytes((changed,)) + written[at + 1 :])
        assert not same(body, written[:at] + written[at + 1 :])
    assert same(body, written)


def test_requests_in_another_order_are_another_body(tmp_path: Path) -> None:
    body = spooled(tmp_path / "one", ["a", "b"])
    other = spooled(tmp_path / "other", ["b", "a"])
    assert not same(body, other.path.read_bytes())


def test_a_body_of_another_part_or_job_is_another_body(tmp_path: Path) -> None:
    body = spooled(tmp_path, ["a", "b"])
    assert not is_as_written(body.path, JOB, 2, body.seal)
    assert not is_as_written(body.path, "k3f9a0b2", 1, body.seal)


def test_a_known_digest_seals_like_the_params_it_is_of(tmp_path: Path) -> None:
    body = spooled(tmp_path / "one", ["a"])
    spool = BatchSpool(tmp_path / "other", JOB)
    spool.add(0, params("a"), digest=hashlib.sha256(params("a")).digest())
    spool.close()
    assert spool.bodies[0].seal == body.seal


def test_a_request_over_many_blocks_is_read_whole(tmp_path: Path) -> None:
    texts = ["a" * 5_000_000, "b", "c" * 3_000_001]
    body = spooled(tmp_path, texts)
    assert is_as_written(body.path, JOB, 1, body.seal)
    assert [len(each) for _, each in spooled_requests(body.path, JOB, 1)] == [
        len(params(text)) for text in texts
    ]


def test_what_an_earlier_version_wrote_is_known_by_the_hash_of_the_whole_file(
    tmp_path: Path,
) -> None:
    path = spooled(tmp_path, ["a", "b"]).path
    kept = hashlib.sha256(path.read_bytes()).hexdigest()
    assert is_as_written(path, JOB, 1, kept)
    path.write_bytes(path.read_bytes().replace(b'"a"', b'"c"'))
    assert not is_as_written(path, JOB, 1, kept)


def test_a_body_that_is_gone_or_empty_is_not_as_written(tmp_path: Path) -> None:
    body = spooled(tmp_path, ["a"])
    assert not same(body, b"")
    body.path.unlink()
    assert not is_as_written(body.path, JOB, 1, body.seal)
    assert not is_as_written(body.path, JOB, 1, "")


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    def stop() -> None:
        raise Cancelled

    body = spooled(tmp_path, ["a"])
    for seal in (body.seal, "0" * 64):
        with pytest.raises(Cancelled):
            is_as_written(body.path, JOB, 1, seal, stop)


def test_a_file_that_is_no_body_gives_no_requests(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"requests":[]}')
    with pytest.raises(NotABodyError):
        next(spooled_requests(tmp_path / "other.json", JOB, 1))

"""The Files API: kept, found, listed, expired, deleted, and what goes wrong on the way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest

from claude_batch_desk.practice.server import PracticeService
from tests.practice.conftest import MODEL, params
from tests.practice.papers import asking, image, pdf

HOUR = 3_600
DAY = 24 * HOUR


def upload(
    client: anthropic.Anthropic,
    data: bytes | None = None,
    name: str = "invoice.pdf",
    kind: str = "application/pdf",
    **more: Any,
) -> Any:
    content = pdf("An invoice for two lamps.") if data is None else data
    return client.files.upload(file=(name, content, kind), **more)


def document(file_id: str, kind: str = "document") -> dict[str, Any]:
    return {"type": kind, "source": {"type": "file", "file_id": file_id}}


def count(client: anthropic.Anthropic, *blocks: Any) -> int:
    messages = asking(*blocks)
    return client.messages.count_tokens(model=MODEL, messages=messages).input_tokens


def outcomes(
    service: PracticeService, client: anthropic.Anthropic, *file_ids: str, after: float = 1
) -> list[Any]:
    """How a batch ends whose requests each name a file."""
    batch = client.messages.batches.create(
        requests=[
            {
                "custom_id": f"row-{number}",
                "params": params(messages=asking(document(file_id))),  # type: ignore[typeddict-item]  # as sent
            }
            for number, file_id in enumerate(file_ids)
        ]
    )
    service.advance(after)
    ended = {line.custom_id: line.result for line in client.messages.batches.results(batch.id)}
    return [ended[f"row-{number}"] for number in range(len(file_ids))]


def test_a_file_is_described_as_it_came(client: anthropic.Anthropic) -> None:
    data = pdf("Lamps")
    kept = upload(client, data, expires_in_seconds=DAY)
    forever = upload(client, data)

    assert client.files.retrieve_metadata(kept.id) == kept
    assert (kept.filename, kept.mime_type, kept.size_bytes) == (
        "invoice.pdf",
        "application/pdf",
        len(data),
    )
    assert (kept.type, kept.downloadable) == ("file", False)
    assert (kept.expires_at - kept.created_at).total_seconds() == DAY
    assert forever.expires_at is None


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Rechnung März „2026“ (1).pdf", "Rechnung März „2026“ (1).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Papers\\lamp.pdf", "lamp.pdf"),
        ("", "unnamed.pdf"),
        ("x" * 255, "x" * 255),
    ],
)
def test_only_the_last_part_of_a_name_is_kept(
    client: anthropic.Anthropic, sent: str, kept: str
) -> None:
    assert upload(client, b"%PDF-", name=sent).filename == kept


@pytest.mark.parametrize("name", ["x" * 256, "what?.pdf", "a|b", "a:b"])
def test_a_name_that_no_file_can_have_is_refused(client: anthropic.Anthropic, name: str) -> None:
    with pytest.raises(anthropic.BadRequestError, match="Invalid filename"):
        upload(client, b"x", name=name)


def test_a_message_may_name_a_file_instead_of_holding_it(client: anthropic.Anthropic) -> None:
    paper = upload(client)
    text = upload(client, b"Where is my parcel?", "letter.txt", "text/plain")
    picture = upload(client, image(280, 140), "lamp.png", "image/png")

    plain = count(client)
    assert count(client, document(text.id)) > plain
    assert count(client, document(picture.id, "image")) - plain == 50
    assert count(client, document(paper.id)) - plain > 1_000
    answer = client.messages.create(
        model=MODEL, max_tokens=2_000, messages=asking(document(paper.id))
    )
    assert answer.usage.input_tokens == count(client, document(paper.id))
    assert "lamps" in answer.content[-1].text  # type: ignore[union-attr]  # text


def test_a_file_of_another_kind_than_its_block_is_refused(client: anthropic.Anthropic) -> None:
    picture = upload(client, image(), "lamp.png", "image/png")
    sheet = upload(client, b"a,b", "table.csv", "text/csv")
    lie = upload(client, b"no pdf at all", "paper.pdf", "application/pdf")

    for block in (document(picture.id), document(sheet.id), document(sheet.id, "image")):
        with pytest.raises(anthropic.BadRequestError, match="does not take"):
            count(client, block)
    with pytest.raises(anthropic.BadRequestError, match="The PDF specified was not valid"):
        count(client, document(lie.id))


def test_a_text_that_no_model_takes_is_not_read(client: anthropic.Anthropic) -> None:
    long = upload(client, b"long " * 2_000_000, "long.txt", "text/plain")

    with pytest.raises(anthropic.BadRequestError, match="prompt is too long"):
        count(client, document(long.id))


def test_files_belong_to_a_workspace(
    client: anthropic.Anthropic, connect: Callable[[str], anthropic.Anthropic]
) -> None:
    kept = upload(client)
    stranger = connect("sk-practice-stranger")

    assert list(stranger.files.list()) == []
    for call in (stranger.files.retrieve_metadata, stranger.files.delete):
        with pytest.raises(anthropic.NotFoundError):
            call(kept.id)
    with pytest.raises(anthropic.NotFoundError, match="File not found"):
        count(stranger, document(kept.id))


def test_files_are_listed_newest_first_page_by_page(client: anthropic.Anthropic) -> None:
    kept = [upload(client, b"x", f"{number}.txt", "text/plain").id for number in range(5)]

    first = client.files.list(limit=2)

    assert [file.id for file in first.data] == kept[:2:-1]
    assert first.next_page is not None
    assert first.next_page.startswith("page_")
    assert [file.id for file in client.files.list(limit=2)] == kept[::-1]
    assert client.files.list(limit=5).next_page is None
    assert {file.id for file in client.files.list(ids=[kept[3], "file_none", kept[0]])} == {
        kept[0],
        kept[3],
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 1001},
        {"page": "elsewhere"},
        {"ids": ["file_a"], "limit": 3},
        {"ids": [f"file_{number}" for number in range(101)]},
    ],
)
def test_a_list_that_cannot_be_is_refused(
    client: anthropic.Anthropic, asked: dict[str, Any]
) -> None:
    with pytest.raises(anthropic.BadRequestError):
        client.files.list(**asked)


def test_a_deleted_file_is_gone(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    kept = upload(client)

    assert client.files.delete(kept.id).type == "file_deleted"

    with pytest.raises(anthropic.NotFoundError):
        client.files.delete(kept.id)
    assert list(client.files.list()) == []
    assert service.ledger(key).uploads == 1
    assert service.ledger(key).files == 0


def test_an_expired_file_is_described_but_not_read(tmp_path: Path) -> None:
    with (
        PracticeService(tmp_path) as service,
        anthropic.Anthropic(api_key="key", base_url=service.base_url, max_retries=0) as client,
    ):
        kept = upload(client, expires_in_seconds=HOUR)
        assert count(client, document(kept.id)) > 0
        service.advance(HOUR)

        assert client.files.retrieve_metadata(kept.id) == kept
        for call in (client.files.download, lambda each: count(client, document(each))):
            with pytest.raises(anthropic.NotFoundError) as refused:
                call(kept.id)
            assert refused.value.error_code == "file_expired"
        assert service.ledger("key").files == 0
        upload(client)
        assert not (tmp_path / "spool" / f"{kept.id}.file").exists()
        service.advance(30 * DAY)
        with pytest.raises(anthropic.NotFoundError):
            client.files.retrieve_metadata(kept.id)


def test_a_batch_finds_its_files_as_they_are_when_it_is_due(tmp_path: Path) -> None:
    with (
        PracticeService(tmp_path, delay=2 * HOUR) as service,
        anthropic.Anthropic(api_key="key", base_url=service.base_url, max_retries=0) as client,
    ):
        brief = upload(client, expires_in_seconds=HOUR)
        long = upload(client, expires_in_seconds=3 * HOUR)
        deleted = upload(client)
        client.files.delete(deleted.id)

        ended = outcomes(service, client, brief.id, long.id, deleted.id, "file_none", after=DAY)

    assert [result.type for result in ended] == ["errored", "succeeded", "errored", "errored"]
    assert [result.error.error.type for result in ended if result.type == "errored"] == [
        "not_found_error"
    ] * 3


def test_what_was_uploaded_cannot_be_downloaded(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError) as refused:
        client.files.download(upload(client).id)

    assert refused.value.error_code == "file_not_downloadable"


@pytest.mark.parametrize("seconds", [HOUR - 1, 90 * DAY + 1])
def test_a_life_too_short_or_too_long_is_refused(client: anthropic.Anthropic, seconds: int) -> None:
    with pytest.raises(anthropic.BadRequestError, match="between 3600 and 7776000"):
        upload(client, expires_in_seconds=seconds)


def test_a_file_too_large_is_413_and_leaves_nothing(tmp_path: Path) -> None:
    with (
        PracticeService(tmp_path, max_file_bytes=1_000_000) as service,
        anthropic.Anthropic(api_key="key", base_url=service.base_url, max_retries=0) as client,
    ):
        upload(client, bytes(1_000_000))
        with pytest.raises(anthropic.APIStatusError) as refused:
            upload(client, bytes(1_000_001))

        assert refused.value.status_code == 413
        assert service.ledger("key").uploaded_bytes == 1_000_000
        assert len(list((tmp_path / "spool").iterdir())) == 1


def test_files_outlive_a_restart(tmp_path: Path) -> None:
    with (
        PracticeService(tmp_path) as service,
        anthropic.Anthropic(api_key="key", base_url=service.base_url, max_retries=0) as client,
    ):
        kept = upload(client)
        before = count(client, document(kept.id))

    with (
        PracticeService(tmp_path) as service,
        anthropic.Anthropic(api_key="key", base_url=service.base_url, max_retries=0) as client,
    ):
        assert client.files.retrieve_metadata(kept.id) == kept
        assert count(client, document(kept.id)) == before
        assert service.ledger("key").files == 1


@pytest.mark.parametrize(
    ("fault", "kept"),
    [("drop-before-upload", 0), ("drop-after-upload", 1), ("upload-500-after-keeping", 1)],
)
def test_the_fate_of_an_upload_can_be_unknown(
    service: PracticeService, client: anthropic.Anthropic, key: str, fault: str, kept: int
) -> None:
    service.set_faults(f"{fault}:1")

    with pytest.raises((anthropic.APIConnectionError, anthropic.InternalServerError)):
        upload(client)

    assert service.ledger(key).uploads == kept
    assert len(list(client.files.list())) == kept
    upload(client)
    assert service.ledger(key).files == kept + 1


def test_the_storage_can_be_full(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    service.set_faults("storage-full")

    with pytest.raises(anthropic.BadRequestError) as refused:
        upload(client)

    assert refused.value.error_code == "storage_quota_exceeded"
    assert service.ledger(key).uploads == 0


def test_files_can_be_lost(service: PracticeService, client: anthropic.Anthropic) -> None:
    kept = upload(client)
    service.set_faults("lost-files:1")

    lost, found = sorted(
        (result.type for result in outcomes(service, client, kept.id, kept.id)),
    )

    assert (lost, found) == ("errored", "succeeded")


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"{}", "application/json", "Content-Type"),
        (b"--b\r\n", "multipart/form-data", "boundary"),
        (b"nothing", "multipart/form-data; boundary=b", "not valid"),
        (
            b"--b\r\nbad header\r\n\r\nx\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
            "not valid",
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx',
            "multipart/form-data; boundary=b",
            "not valid",
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            "other: Extra inputs",
        ),
        (b"--b--\r\n", "multipart/form-data; boundary=b", "file: Field required"),
    ],
)
def test_a_form_that_is_none_is_refused(
    service: PracticeService, key: str, tmp_path: Path, body: bytes, kind: str, words: str
) -> None:
    headers = {"x-api-key": key, "anthropic-version": "2026-10-21", "content-type": kind}

    reply = httpx2.post(f"{service.base_url}/v1/files", content=body, headers=headers)

    assert reply.status_code == 400
    assert words in reply.json()["error"]["message"]
    assert service.ledger(key).uploads == 0

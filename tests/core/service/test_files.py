"""Files that requests refer to: uploaded as they are read, stopped at once, told of plainly."""

import threading
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from claude_batch_desk.core.errors import Busy, KeyRefused, Refused, StoreError, Unreachable
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.service.gateway import Gateway
from tests.core.service.stub import Asked, Handler, Stub, says, says_error

MONTH = 30 * 86_400
CONTENT = bytes(range(256)) * 1_000


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "ab12.pdf"
    path.write_bytes(CONTENT)
    return path


def held(**changes: Any) -> dict[str, Any]:
    return {
        "id": "file_1",
        "type": "file",
        "filename": "scan.pdf",
        "mime_type": "application/pdf",
        "size_bytes": len(CONTENT),
        "created_at": "2026-11-22T10:00:00Z",
        "expires_at": "2026-12-22T10:00:00Z",
        **changes,
    }


def form(asked: Asked) -> dict[str, Message]:
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + asked.body).get_payload()
    found = {}
    for part in parts:
        assert isinstance(part, Message)
        found[str(part.get_param("name", header="content-disposition"))] = part
    return found


def upload(gateway: Gateway, path: Path, report: Any = silent) -> Any:
    return gateway.upload_file(path, "scan.pdf", "application/pdf", MONTH, report)


def test_a_file_arrives_with_its_name_its_type_and_its_time(
    stub: Stub, gateway: Gateway, scan: Path
) -> None:
    stub.answer = says(held())
    file = upload(gateway, scan)
    assert (file.id, file.expires_at) == ("file_1", datetime(2026, 12, 22, 10, tzinfo=UTC))
    [asked] = stub.asked
    assert (asked.method, asked.path) == ("POST", "/v1/files")
    sent = form(asked)
    assert sent["file"].get_filename() == "scan.pdf"
    assert sent["file"].get_content_type() == "application/pdf"
    assert sent["file"].get_payload(decode=True) == CONTENT
    assert sent["expires_in_seconds"].get_payload() == str(MONTH)


def test_a_file_that_never_expires_says_so(stub: Stub, gateway: Gateway, scan: Path) -> None:
    stub.answer = says(held(expires_at=None))
    assert upload(gateway, scan).expires_at is None


@pytest.mark.parametrize(
    ("status", "kind", "raised"),
    [
        (401, "authentication_error", KeyRefused),
        (403, "permission_error", Refused),
        (413, "request_too_large", Refused),
        (429, "rate_limit_error", Busy),
        (500, "api_error", Busy),
        (529, "overloaded_error", Busy),
    ],
)
def test_what_the_service_says_to_an_upload_is_told_plainly(
    stub: Stub, gateway: Gateway, scan: Path, status: int, kind: str, raised: type[Exception]
) -> None:
    stub.answer = says_error(status, kind)
    with pytest.raises(raised):
        upload(gateway, scan)
    assert len(stub.asked) == 1


@pytest.mark.parametrize("reply", [{"type": "file"}, held(type="error"), held(id=3), []])
def test_a_reply_that_names_no_file_is_not_taken_for_one(
    stub: Stub, gateway: Gateway, scan: Path, reply: object
) -> None:
    stub.answer = says(reply)
    with pytest.raises(Unreachable, match="could not be understood"):
        upload(gateway, scan)


def test_a_lost_reply_is_an_upload_that_may_be_made_again(
    stub: Stub, gateway: Gateway, scan: Path
) -> None:
    stub.answer = Handler.reset
    with pytest.raises(Unreachable):
        upload(gateway, scan)
    assert len(stub.asked) == 1


def test_an_upload_reports_and_stops_when_asked_to(
    stub: Stub, gateway: Gateway, scan: Path
) -> None:
    arrived = threading.Event()

    def wait(handler: Handler) -> None:
        arrived.set()
        stub.closing.wait(5)
        handler.close_connection = True

    stub.answer = wait
    seen: list[tuple[int, int]] = []

    def report(done: int, total: int) -> None:
        seen.append((done, total))
        if arrived.is_set():
            raise Cancelled

    with pytest.raises(Cancelled):
        upload(gateway, scan, report)
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_a_copy_that_is_gone_is_named(gateway: Gateway, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"“scan\.pdf” in the data folder cannot be read"):
        upload(gateway, tmp_path / "gone.pdf")


def test_a_file_is_removed_by_its_id(stub: Stub, gateway: Gateway) -> None:
    stub.answer = says({"id": "file_1", "type": "file_deleted"})
    gateway.delete_file("file_1")
    [asked] = stub.asked
    assert (asked.method, asked.path) == ("DELETE", "/v1/files/file_1")

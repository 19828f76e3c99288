"""Uploaded files as the service describes them, and as messages find them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from claude_batch_desk.practice.attachments import FileContent, FindFile
from claude_batch_desk.practice.faults import Faults
from claude_batch_desk.practice.records import StoredFile
from claude_batch_desk.practice.state import State
from claude_batch_desk.practice.unconfirmed import EXPIRED_FILE_STATUS
from claude_batch_desk.practice.wire import ApiError, wire_time

FindFiles = Callable[[str, datetime], FindFile]
"""How the messages of a workspace find their files at a time."""


def describe_file(file: StoredFile) -> dict[str, Any]:
    """The FileMetadata object."""
    return {
        "id": file.id,
        "type": "file",
        "filename": file.name,
        "mime_type": file.media_type,
        "size_bytes": file.size,
        "created_at": wire_time(file.created_at),
        "expires_at": wire_time(file.expires_at),
        "downloadable": False,
    }


def not_found(file_id: str) -> ApiError:
    """For an id that is unknown, of another workspace, or deleted."""
    return ApiError(404, f"File not found: {file_id[:64]}")


def expired(file_id: str) -> ApiError:
    """For the content of a file that has expired."""
    code = {"error_code": "file_expired"}
    return ApiError(EXPIRED_FILE_STATUS, f"File {file_id} has expired.", details=code)


def file_finder(state: State, faults: Faults) -> FindFiles:
    """Finds uploaded files for messages."""

    def find_files(workspace: str, moment: datetime) -> FindFile:
        def find(file_id: str) -> FileContent:
            file = state.files.file(workspace, file_id, moment)
            if file is None or faults.strikes("lost-files"):
                raise not_found(file_id)
            path = state.files.path(file.id)
            if file.has_expired(moment) or not path.exists():
                raise expired(file.id)
            return FileContent(file.id, file.name, file.media_type, path, file.sha256)

        return find

    return find_files

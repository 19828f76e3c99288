"""The endpoints of the Files API."""

import secrets
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from claude_batch_desk.practice.batches import read_limit
from claude_batch_desk.practice.dropping import Dropped
from claude_batch_desk.practice.files import describe_file, expired, not_found
from claude_batch_desk.practice.records import StoredFile
from claude_batch_desk.practice.service import Service
from claude_batch_desk.practice.uploads import receive_upload
from claude_batch_desk.practice.wire import ApiError, bad_request, failure, json_response

_MOST_IDS = 100
_CURSOR = "page_"
_AFTER_ALL = 1 << 62


def file_routes(service: Service) -> list[Route]:
    """The routes under /v1/files."""
    api = _FilesApi(service)
    files, file = "/v1/files", "/v1/files/{file_id}"
    return [
        Route(files, api.upload, methods=["POST"]),
        Route(files, api.list_files),
        Route(file, api.describe),
        Route(file, api.delete, methods=["DELETE"]),
        Route(f"{file}/content", api.content),
    ]


class _FilesApi:
    """One method for each endpoint. Those that are not async run on a worker thread."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._files = service.state.files
        self._clock = service.clock
        self._faults = service.faults

    async def upload(self, request: Request) -> Response:
        spooled = self._service.state.spool / f"incoming-{secrets.token_hex(8)}.part"
        try:
            arrived = await receive_upload(request, spooled, self._service.max_file_bytes)
            self._service.fail("upload")
            if self._faults.strikes("storage-full"):
                code = {"error_code": "storage_quota_exceeded"}
                raise ApiError(400, "The storage limit has been reached.", details=code)
            if self._faults.strikes("drop-before-upload"):
                return Dropped()
            workspace = request.state.workspace
            kept = await run_in_threadpool(self._service.keep_file, spooled, arrived, workspace)
        finally:
            spooled.unlink(missing_ok=True)
        if self._faults.strikes("drop-after-upload"):
            return Dropped()
        if self._faults.strikes("upload-500-after-keeping"):
            raise failure(500)
        return json_response(describe_file(kept))

    def list_files(self, request: Request) -> Response:
        self._service.fail("files")
        query, workspace = request.query_params, request.state.workspace
        now = self._clock.now()
        ids = query.getlist("ids[]") or query.getlist("ids")
        if ids:
            named = self._files.named(workspace, _read_ids(ids, query), now)
            return _page(named, "")
        limit = read_limit(query)
        found = self._files.older(workspace, _read_cursor(query), now, limit + 1)
        shown = found[:limit]
        return _page(shown, f"{_CURSOR}{shown[-1].seq:x}" if len(found) > limit else "")

    def describe(self, request: Request) -> Response:
        self._service.fail("files")
        return json_response(describe_file(self._file(request)))

    def delete(self, request: Request) -> Response:
        self._service.fail("files")
        file = self._file(request)
        self._files.delete(file)
        return json_response({"id": file.id, "type": "file_deleted"})

    def content(self, request: Request) -> Response:
        self._service.fail("files")
        file = self._file(request)
        if file.has_expired(self._clock.now()):
            raise expired(file.id)
        code = {"error_code": "file_not_downloadable"}
        raise ApiError(400, f"File {file.id} is not downloadable.", details=code)

    def _file(self, request: Request) -> StoredFile:
        file_id = request.path_params["file_id"]
        file = self._files.file(request.state.workspace, file_id, self._clock.now())
        if file is None:
            raise not_found(file_id)
        return file


def _page(files: list[StoredFile], next_page: str) -> Response:
    data: list[dict[str, Any]] = [describe_file(file) for file in files]
    return json_response({"data": data, "next_page": next_page or None})


def _read_ids(ids: list[str], query: QueryParams) -> list[str]:
    if query.keys() & {"page", "limit"}:
        raise bad_request("ids: cannot be combined with page or limit")
    different = list(dict.fromkeys(ids))
    if len(different) > _MOST_IDS:
        raise bad_request(f"ids: List should have at most {_MOST_IDS} items")
    return different


def _read_cursor(query: QueryParams) -> int:
    """Below which of all files a page begins."""
    given = query.get("page")
    if not given:
        return _AFTER_ALL
    try:
        seq = int(given.removeprefix(_CURSOR), 16)
    except ValueError:
        seq = -1
    if not given.startswith(_CURSOR) or not 0 < seq < _AFTER_ALL:
        raise bad_request(f"page: Unknown cursor {given[:64]}")
    return seq

"""The HTTP endpoints of the Practice service."""

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.practice.batches import (
    describe,
    is_archived,
    list_page,
    page_object,
    read_cursor,
    read_limit,
)
from claude_batch_desk.practice.conventions import (
    Conventions,
    on_api_error,
    on_bug,
    on_unknown_route,
)
from claude_batch_desk.practice.dropping import Dropped
from claude_batch_desk.practice.file_routes import file_routes
from claude_batch_desk.practice.ledger import account_of
from claude_batch_desk.practice.messages import reply_to, stream_events, write_message
from claude_batch_desk.practice.models import LIFECYCLES, find_model, models_in
from claude_batch_desk.practice.records import StoredBatch
from claude_batch_desk.practice.results import ResultsResponse
from claude_batch_desk.practice.service import Service
from claude_batch_desk.practice.tokens import reported_tokens
from claude_batch_desk.practice.unconfirmed import (
    CANCEL_ENDED_STATUS,
    DELETE_RUNNING_STATUS,
    MAX_BODY_BYTES,
    RESULTS_ARCHIVED_STATUS,
    RESULTS_BEFORE_END_STATUS,
)
from claude_batch_desk.practice.validation import Setting, validate
from claude_batch_desk.practice.wire import (
    SPENDING_ERRORS,
    ApiError,
    bad_request,
    failure,
    json_response,
    random_id,
)

_MAX_MESSAGE_BYTES = 32_000_000


def application(service: Service) -> Starlette:
    """The ASGI application over a service."""
    api = _Api(service)
    batches, batch = "/v1/messages/batches", "/v1/messages/batches/{batch_id}"
    return Starlette(
        routes=[
            Route("/v1/models", api.list_models),
            Route("/v1/models/{model_id}", api.model),
            Route("/v1/messages", api.message, methods=["POST"]),
            Route("/v1/messages/count_tokens", api.count_tokens, methods=["POST"]),
            Route(batches, api.create, methods=["POST"]),
            Route(batches, api.list_batches),
            Route(batch, api.retrieve),
            Route(batch, api.delete, methods=["DELETE"]),
            Route(f"{batch}/cancel", api.cancel, methods=["POST"]),
            Route(f"{batch}/results", api.results),
            *file_routes(service),
            Route("/_practice/ledger", api.ledger),
            Route("/_practice/faults", api.set_faults, methods=["POST"]),
            Route("/_practice/advance", api.advance, methods=["POST"]),
        ],
        middleware=[
            # A web page must not reach this service by a name of its own that resolves to here.
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            Middleware(Conventions, service=service),
        ],
        exception_handlers={
            ApiError: on_api_error,
            HTTPException: on_unknown_route,
            500: on_bug,
        },
    )


class _Api:
    """The endpoints; one method each. Those that are not async run on a worker thread."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._state = service.state
        self._clock = service.clock
        self._faults = service.faults

    def list_models(self, request: Request) -> Response:
        self._service.fail("models")
        query = request.query_params
        wanted = query.getlist("lifecycle[]") or query.getlist("lifecycle")
        if not set(wanted) <= set(LIFECYCLES):
            raise bad_request("lifecycle: Input should be 'active', 'deprecated' or 'retired'")
        listed = [dict(model.described) for model in models_in(wanted or LIFECYCLES[:2])]
        page, has_more = _slice(listed, query)
        return json_response(page_object(page, has_more))

    def model(self, request: Request) -> Response:
        self._service.fail("models")
        model = find_model(request.path_params["model_id"])
        if model is None:
            raise ApiError(404, f"model: {request.path_params['model_id'][:128]}")
        return json_response(model.described)

    async def message(self, request: Request) -> Response:
        body = await _read_json(request)
        self._service.fail("messages")
        self._refuse_spending()
        return await run_in_threadpool(self._answer, request, body)

    def _answer(self, request: Request, body: Any) -> Response:
        valid = validate(body, self._setting(request))
        workspace, now = request.state.workspace, self._clock.now()
        meter = self._service.rates[workspace]
        meter.admit(now, valid.prompt.total)
        if self._faults.strikes("drop-before-answer"):
            return Dropped()
        reads = self._service.cache.reads(workspace, valid.prompt, now)
        message = write_message(
            valid, reply_to(valid), random_id(""), reads_cache=reads, tier="standard"
        )
        self._state.bill_message(workspace, account_of(message, "message"))
        tokens = reported_tokens(message["usage"])
        written = tokens.cache_write_5m + tokens.cache_write_1h
        headers = meter.use(now, tokens.input + written, tokens.output)
        if self._faults.strikes("drop-after-answer"):
            return Dropped()
        if not body.get("stream"):
            return json_response(message, headers=headers)
        overloaded = self._faults.strikes("stream-overloaded")
        events = _event_lines(message, request.state.request_id, overloaded=overloaded)
        return StreamingResponse(events, headers=headers, media_type="text/event-stream")

    async def count_tokens(self, request: Request) -> Response:
        body = await _read_json(request)
        self._service.fail("count")
        setting = self._setting(request, counting=True)
        valid = await run_in_threadpool(validate, body, setting)
        return json_response({"input_tokens": valid.prompt.total})

    async def create(self, request: Request) -> Response:
        spooled = self._state.spool / f"incoming-{secrets.token_hex(8)}.part"
        try:
            limit = self._faults.size("body-limit", MAX_BODY_BYTES)
            if not await _spool(request, spooled, limit):
                raise failure(413)
            self._service.fail("create")
            self._refuse_spending()
            if self._faults.strikes("drop-before-accept"):
                return Dropped()
            batch = await run_in_threadpool(self._accept, request, spooled)
        finally:
            spooled.unlink(missing_ok=True)
        if self._faults.strikes("drop-after-accept"):
            return Dropped()
        if self._faults.strikes("create-500-after-accept"):
            raise failure(500)
        return self._described(request, batch)

    def _accept(self, request: Request, spooled: Path) -> StoredBatch:
        version = request.headers["anthropic-version"]
        return self._service.accept(spooled, request.state.workspace, version, _betas(request))

    def list_batches(self, request: Request) -> Response:
        self._service.fail("list")
        now = self._clock.now()
        found, has_more = list_page(self._state, request.state.workspace, request.query_params, now)
        base = str(request.base_url)
        items = [describe(batch, now, base, self._faults) for batch in found]
        return json_response(page_object(items, has_more))

    def retrieve(self, request: Request) -> Response:
        self._service.fail("retrieve")
        if self._faults.strikes("not-found-first"):
            raise failure(404)
        return self._described(request, self._batch(request))

    def cancel(self, request: Request) -> Response:
        self._service.fail("cancel")
        batch = self._batch(request)
        if batch.ended_at is not None:
            raise ApiError(CANCEL_ENDED_STATUS, f"Batch {batch.id} has already ended.")
        self._service.cancel(batch)
        return self._described(request, self._batch(request))

    def delete(self, request: Request) -> Response:
        self._service.fail("delete")
        batch = self._batch(request)
        if batch.ended_at is None:
            raise ApiError(
                DELETE_RUNNING_STATUS, f"Batch {batch.id} is still processing. Cancel it first."
            )
        self._state.delete(batch)
        return json_response({"id": batch.id, "type": "message_batch_deleted"})

    def results(self, request: Request) -> Response:
        self._service.fail("results")
        batch = self._batch(request)
        if batch.ended_at is None:
            raise ApiError(
                RESULTS_BEFORE_END_STATUS, f"Batch {batch.id} has not ended; it has no results yet."
            )
        if is_archived(batch, self._clock.now(), self._faults):
            raise ApiError(RESULTS_ARCHIVED_STATUS, f"The results of {batch.id} are archived.")
        return ResultsResponse(self._state.results_path(batch.id), self._faults)

    def ledger(self, request: Request) -> Response:
        accounts = self._state.ledgers(self._clock.now())
        each = {workspace: account.as_json() for workspace, account in accounts.items()}
        return json_response({"all": self._service.ledger().as_json(), "workspaces": each})

    async def set_faults(self, request: Request) -> Response:
        names = (await _read_json(request)).get("names")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise bad_request("names: Input should be a list of strings")
        try:
            self._faults.set(names)
        except DeskError as error:
            raise bad_request(str(error)) from error
        return json_response({"names": self._faults.names()})

    async def advance(self, request: Request) -> Response:
        seconds = (await _read_json(request)).get("seconds")
        if not isinstance(seconds, int | float) or seconds < 0:
            raise bad_request("seconds: Input should be a number from 0")
        await run_in_threadpool(self._service.advance, float(seconds))
        return json_response({"now": self._clock.now().isoformat()})

    def _batch(self, request: Request) -> StoredBatch:
        batch_id = request.path_params["batch_id"]
        batch = self._state.batch(request.state.workspace, batch_id)
        if batch is None:
            raise ApiError(404, f"Message Batch not found: {batch_id[:64]}")
        return batch

    def _described(self, request: Request, batch: StoredBatch) -> Response:
        now, base = self._clock.now(), str(request.base_url)
        return json_response(describe(batch, now, base, self._faults))

    def _setting(self, request: Request, *, counting: bool = False) -> Setting:
        return Setting(
            request.headers["anthropic-version"],
            _betas(request),
            counting=counting,
            find_file=self._service.find_files(request.state.workspace, self._clock.now()),
        )

    def _refuse_spending(self) -> None:
        for name, error in SPENDING_ERRORS.items():
            if self._faults.strikes(name):
                raise error()


def _slice(
    listed: list[dict[str, Any]], query: Mapping[str, str]
) -> tuple[list[dict[str, Any]], bool]:
    limit = read_limit(query)
    after, before = read_cursor(query)
    ids = [item["id"] for item in listed]
    cursor = after or before
    if cursor and cursor not in ids:
        raise bad_request(f"Unknown model in cursor: {cursor[:64]}")
    if before:
        above = listed[: ids.index(before)]
        return above[-limit:], len(above) > limit
    below = listed[ids.index(after) + 1 :] if after else listed
    return below[:limit], len(below) > limit


def _betas(request: Request) -> tuple[str, ...]:
    named = ",".join(request.headers.getlist("anthropic-beta")).split(",")
    return tuple(beta.strip() for beta in named if beta.strip())


async def _read_json(request: Request) -> Any:
    """The JSON object of a body that fits into memory."""
    body = bytearray()
    async for chunk in request.stream():
        if len(body) <= _MAX_MESSAGE_BYTES:
            body += chunk
    if len(body) > _MAX_MESSAGE_BYTES:
        raise failure(413)
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise bad_request("The request body is not valid JSON.") from error
    if not isinstance(read, dict):
        raise bad_request("Input should be an object")
    return read


async def _spool(request: Request, path: Path, limit: int) -> bool:
    """Write a body to disk while it arrives; False where it is larger than a batch may be.

    A body too large is read to its end without keeping it, so that the client hears the reply.
    """
    size = 0
    try:
        with path.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size <= limit:
                    file.write(chunk)
    except ClientDisconnect as error:
        code = {"error_code": "request_body_timeout"}
        raise ApiError(400, "The body did not finish arriving in time.", details=code) from error
    return size <= limit


def _event_lines(
    message: Mapping[str, Any], request_id: str, *, overloaded: bool
) -> Iterator[bytes]:
    for event in stream_events(message):
        if overloaded and event["type"] == "message_delta":
            error = {**failure(529).error(), "details": None}
            yield _event_line({"type": "error", "error": error, "request_id": request_id})
            return
        yield _event_line(event)


def _event_line(event: Mapping[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (event["type"].encode(), orjson.dumps(event))

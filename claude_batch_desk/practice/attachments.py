"""The documents and images of a message, opened, and the limits they have to keep."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claude_batch_desk.practice.media import (
    IMAGES,
    LONGEST_BEGINNING,
    PDF,
    Media,
    NotValid,
    PasswordProtected,
    RecentMedia,
    read_image,
    read_pdf,
    type_of,
)
from claude_batch_desk.practice.models import ServedModel
from claude_batch_desk.practice.pictures import Size, shown_size
from claude_batch_desk.practice.unconfirmed import (
    MAX_IMAGE_BASE64_BYTES,
    MAX_SIDE_OF_MANY_IMAGES,
    WRONG_FILE_TYPE,
)
from claude_batch_desk.practice.wire import ApiError, bad_request

_MAX_SIDE = 8_000
_MANY_IMAGES = 20
_TEXT = "text/plain"
_TAKEN = {"document": (PDF, _TEXT), "image": IMAGES}
_RECENT = RecentMedia()
_FEWEST_TOKENS_PER_BYTE = 0.2
ATTACHED = frozenset(_TAKEN)
"""The types of blocks that hold a document or an image."""


@dataclass(frozen=True)
class FileContent:
    """A file of the Files API as a message refers to it."""

    id: str
    name: str
    media_type: str
    path: Path
    digest: bytes
    """SHA-256 of its bytes."""


FindFile = Callable[[str], FileContent]
"""The file of an id; raises ApiError where there is none, or it has expired."""


def no_file(file_id: str) -> FileContent:
    """A FindFile where there are no files."""
    raise ApiError(404, f"File not found: {file_id[:64]}")


@dataclass(frozen=True)
class Attachment:
    """What a document or image block holds, as the model is shown it."""

    kind: str
    """"document" or "image"."""
    title: str
    """As the block names it, or the file's name; "" where nothing does."""
    context: str
    text: str
    pictures: tuple[Size, ...]
    """Images and pages, as large as they came."""
    digest: bytes
    """Tells what it holds from all others."""


@dataclass(frozen=True)
class _Bytes:
    """The bytes of a PDF or an image, in memory or in a file."""

    content: bytes | Path
    digest: bytes

    def beginning(self) -> bytes:
        """As many of the first bytes as tell the type."""
        if isinstance(self.content, bytes):
            return self.content[:LONGEST_BEGINNING]
        with self.content.open("rb") as file:
            return file.read(LONGEST_BEGINNING)


def read_attachments(
    messages: Sequence[Mapping[str, Any]], model: ServedModel, find_file: FindFile
) -> tuple[Attachment, ...]:
    """Every document and image, in order; raises ApiError for what cannot be read or is too much.

    The blocks must have been checked for their shape.
    """
    reader = _Reader(model, find_file)
    found = []
    for number, message in enumerate(messages):
        content = message["content"]
        for place, block in enumerate(() if isinstance(content, str) else content):
            if block["type"] in ATTACHED:
                found.append(reader.read(block, f"messages.{number}.content.{place}"))
    reader.check_images()
    return tuple(found)


class _Reader:
    """Opens the blocks of one request and counts what there may be only so much of."""

    def __init__(self, model: ServedModel, find_file: FindFile) -> None:
        self._model = model
        self._find_file = find_file
        self._pages = 0
        self._images: list[tuple[str, Size]] = []

    def read(self, block: Mapping[str, Any], where: str) -> Attachment:
        """Open one document or image."""
        source, name = block["source"], ""
        if source["type"] == "file":
            file = self._find_file(source["file_id"])
            name, digest = file.name, file.digest
            media = self._from_file(file, block, where)
        elif source["type"] == "base64":
            data = _decoded(source, block["type"], where)
            digest = hashlib.sha256(data).digest()
            media = self._from_bytes(_Bytes(data, digest), source["media_type"], block, where)
        elif source["type"] == "url":
            raise bad_request(
                f"{where}.{block['type']}.source: The Practice service reads no URLs."
            )
        else:
            media, digest = self._from_words(source, where)
        return Attachment(
            kind=block["type"],
            title=block.get("title") or name,
            context=block.get("context") or "",
            text=media.text,
            pictures=media.pictures,
            digest=digest,
        )

    def check_images(self) -> None:
        """Raise ApiError where there are too many images, or one is too large among so many."""
        if len(self._images) > self._model.most_pictures:
            raise bad_request(f"A maximum of {self._model.most_pictures} images may be provided.")
        many = len(self._images) > _MANY_IMAGES
        most = MAX_SIDE_OF_MANY_IMAGES if many else _MAX_SIDE
        paths = [where for where, size in self._images if size.longest > most]
        if not paths:
            return
        for_many = " for many-image requests" if many else ""
        raise ApiError(
            400,
            f"{paths[0]}.image.source.base64.data: At least one of the image dimensions exceed "
            f"max allowed size{for_many}: {most} pixels",
            details={
                "error_code": "image_dimensions_too_large",
                "max_side_length_pixels": most,
                "paths": paths,
            },
        )

    def _from_file(self, file: FileContent, block: Mapping[str, Any], where: str) -> Media:
        kind = block["type"]
        if file.media_type not in _TAKEN[kind]:
            told = WRONG_FILE_TYPE.format(id=file.id, type=file.media_type, block=kind)
            raise bad_request(f"{where}.{kind}.source.file: {told}")
        if file.media_type == _TEXT:
            return self._text_of(file.path)
        return self._from_bytes(_Bytes(file.path, file.digest), file.media_type, block, where)

    def _text_of(self, path: Path) -> Media:
        fewest, most = path.stat().st_size * _FEWEST_TOKENS_PER_BYTE, self._model.max_input_tokens
        if fewest > most:
            raise bad_request(f"prompt is too long: {fewest:.0f} tokens > {most} maximum")
        return Media(path.read_text("utf-8-sig", "replace"), ())

    def _from_bytes(
        self, source: _Bytes, media_type: str, block: Mapping[str, Any], where: str
    ) -> Media:
        if media_type == PDF:
            return self._pdf(source, where)
        return self._image(source, media_type, block, where)

    def _pdf(self, source: _Bytes, where: str) -> Media:
        where = f"{where}.pdf.source.base64.data"
        try:
            media = _RECENT.get(PDF, source.digest, lambda: read_pdf(source.content))
        except PasswordProtected as error:
            raise bad_request(f"{where}: The PDF specified is password protected.") from error
        except NotValid as error:
            raise bad_request(f"{where}: The PDF specified was not valid.") from error
        self._pages += len(media.pictures)
        if self._pages > self._model.most_pictures:
            most = self._model.most_pictures
            raise bad_request(f"{where}: A maximum of {most} PDF pages may be provided.")
        return media

    def _image(
        self, source: _Bytes, media_type: str, block: Mapping[str, Any], where: str
    ) -> Media:
        at = f"{where}.image.source.base64"
        told = type_of(source.beginning())
        if told != media_type and told in IMAGES:
            raise bad_request(
                f"{at}: The image was specified using the {media_type} media type, but the image "
                f"appears to be a {told} image"
            )
        try:
            media = _RECENT.get(
                media_type, source.digest, lambda: read_image(source.content, media_type)
            )
        except NotValid as error:
            raise bad_request(f"{at}.data: Could not process image") from error
        self._images.append((where, media.pictures[0]))
        self._check_oversized(media.pictures[0], block, where)
        return media

    def _check_oversized(self, size: Size, block: Mapping[str, Any], where: str) -> None:
        shown = shown_size(size, self._model.picture_limit)
        wanted = (block.get("transformations") or {}).get("oversized_image")
        if wanted != "error" or shown == size:
            return
        at = f"{where}: " if block["source"]["type"] == "base64" else ""
        raise bad_request(
            f"{at}image dimensions {size} exceed the maximum image size of a model named on this "
            f"request and would be downsized to {shown}; scale the image to at most {shown} or set "
            'the image\'s oversized_image setting to "downsize"'
        )

    def _from_words(self, source: Mapping[str, Any], where: str) -> tuple[Media, bytes]:
        content = source["data"] if source["type"] == "text" else source["content"]
        if isinstance(content, str):
            return Media(content, ()), hashlib.sha256(content.encode("utf-8", "replace")).digest()
        texts: list[str] = []
        pictures: list[Size] = []
        digest = hashlib.sha256()
        for number, block in enumerate(content):
            if block["type"] == "text":
                texts.append(block["text"])
                digest.update(block["text"].encode("utf-8", "replace"))
            else:
                inside = self.read(block, f"{where}.document.source.content.{number}")
                pictures += inside.pictures
                digest.update(inside.digest)
        return Media("\n".join(texts), tuple(pictures)), digest.digest()


def _decoded(source: Mapping[str, Any], kind: str, where: str) -> bytes:
    data, tag = source["data"], "image" if kind == "image" else "pdf"
    if kind == "image" and len(data) > MAX_IMAGE_BASE64_BYTES:
        raise bad_request(
            f"{where}.image.source.base64: image exceeds 10 MB maximum: "
            f"{len(data)} bytes > {MAX_IMAGE_BASE64_BYTES} bytes"
        )
    try:
        return base64.b64decode(data, validate=True)
    except ValueError as error:
        raise bad_request(f"{where}.{tag}.source.base64.data: invalid base64 data") from error

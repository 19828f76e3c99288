"""The documents child: reads documents, one after the other, in a process that they may end.

Its standard input holds a line for each document, as JSON; frames go to its standard output.
"""

import sys

from claude_batch_desk.core.documents.extract import (
    Ask,
    Extract,
    Unusable,
    extract_frame,
    unusable_frame,
)
from claude_batch_desk.core.documents.kinds import (
    GIF,
    HTML,
    JPEG,
    MAIL,
    OUTLOOK,
    PDF,
    PNG,
    UNKNOWN,
    WEBP,
    WORD,
)
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.process.limits import limit_this_process
from claude_batch_desk.core.tables.process.voice import Voice

MEMORY = 2 * 1024**3
"""Bytes. An image of 8,000 x 8,000 pixels takes 256 MiB."""


def main() -> int:
    """Serve documents until there are no more; returns the exit status."""
    voice = Voice()
    limit_this_process(MEMORY)
    try:
        # A windowed application has no sys.stdin, but it has the pipe.
        with open(0, "rb", closefd=False) as asked:
            for line in asked:
                _serve(Ask.from_json(line), voice)
    except BrokenPipeError:
        return 1  # the parent is gone
    return 0


def _serve(ask: Ask, voice: Voice) -> None:
    try:
        answer = extract_frame(read_document(ask, voice.alive))
    except Unusable as unusable:
        answer = unusable_frame(unusable)
    except MemoryError:
        answer = unusable_frame(Unusable("damaged"))
    voice.say(answer)


def read_document(ask: Ask, alive: Alive) -> Extract:
    """Read a document in this process, which it may end; raises Unusable."""
    # Each kind brings its own libraries; only those of the documents at hand are imported.
    if ask.media_type == PDF:
        from claude_batch_desk.core.documents.pdf import read_pdf

        return read_pdf(ask.path, alive)
    if ask.media_type in (JPEG, PNG, GIF, WEBP):
        from claude_batch_desk.core.documents.images import read_image

        return read_image(ask.path)
    if ask.media_type == UNKNOWN:
        raise Unusable("damaged")
    return _read_text(ask, alive)


def _read_text(ask: Ask, alive: Alive) -> Extract:
    if ask.media_type == WORD:
        from claude_batch_desk.core.documents.word import read_word

        return read_word(ask.path, alive)
    if ask.media_type == MAIL:
        from claude_batch_desk.core.documents.mail import read_mail

        return read_mail(ask.path, alive)
    if ask.media_type == OUTLOOK:
        from claude_batch_desk.core.documents.outlook import read_outlook

        return read_outlook(ask.path, alive)
    from claude_batch_desk.core.documents.plain import read_html, read_plain

    read = read_html if ask.media_type == HTML else read_plain
    return read(ask.path, ask.media_type, alive)


if __name__ == "__main__":
    sys.exit(main())

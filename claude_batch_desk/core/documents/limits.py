"""What the service takes of a document, as its documentation said on 2026-11-22.

Not confirmed: whether megabytes are of 10^6 or 2^20 bytes (the smaller are kept); whether the
limits of a request hold for a file it refers to (those of pages and images are taken to); whether
a PDF that opens without a password but restricts its use counts as encrypted (it is taken to).
"""

MAX_PAGES = 600
"""Of a PDF, where the model reads a million tokens."""

MAX_PAGES_SHORT_CONTEXT = 100
"""Of a PDF, for models that read less."""

LONG_CONTEXT_TOKENS = 1_000_000

MAX_IMAGE_BASE64_BYTES = 10_000_000

MAX_IMAGE_PIXELS = 8_000
"""Of each side of an image."""

MAX_FILE_BYTES = 500_000_000
"""Of a file that is uploaded once and referred to."""

UPLOADED_ABOVE_BYTES = 8_000_000
"""A choice of ours: what is larger is uploaded once, so that a batch holds more than its twenty
largest documents, and a row that is asked again does not carry it again. No request comes near the
32 MB the service takes of one by that; base64 makes four bytes of three."""

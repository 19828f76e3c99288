"""What could not be established about the real service, in one place, to be corrected by contact.

Every constant is a choice between behaviours the documentation leaves open; the sentence under it
says what is open. The rest of the Practice service takes these facts from here only.
"""

MAX_BODY_BYTES = 256_000_000
"""The documented limit of 256 MB may mean 10^6 or 2^20 bytes; the smaller one is kept."""

ACCEPTED_CONTENT_ENCODINGS = frozenset({"", "identity"})
"""Error codes prove that some compressed request bodies are taken; which ones is undocumented."""

QUEUE_LIMIT = 200_000
"""Requests of one workspace that may be unfinished at once: the Start tier. The real limit is per
organization, and the body of its 429 is undocumented."""

DUPLICATE_CUSTOM_ID = "requests.{number}.custom_id: Duplicate custom_id. Each must be unique."
"""Custom ids must be unique; whether that fails at create, and in which words, is undocumented."""

STREAM_IN_BATCH = "stream: Streaming is not supported in a batch."
"""`stream`, `speed` and `fallbacks` in a batch fail; here per request, perhaps at create."""

ZERO_MAX_TOKENS_IN_BATCH = "max_tokens: 0 is not supported in a batch."
"""Rejected in a batch; here per request, perhaps at create."""

NO_BATCH_FOR_MODEL = "model: {model} does not support the Message Batches API."
"""A model without the batch capability: the kind and the words of the error are a guess."""

RESULTS_BEFORE_END_STATUS = 400
"""Asking for results before the batch has ended may be 400 or 404."""

RESULTS_ARCHIVED_STATUS = 404
"""Asking for results later than 29 days after creation may be 400, 404 or 410."""

CANCEL_ENDED_STATUS = 400
"""Canceling a batch that has ended may be refused or ignored."""

DELETE_RUNNING_STATUS = 400
"""Deleting a batch that has not ended is refused; the status is a guess."""

UNKNOWN_CURSOR_STATUS = 400
"""A before_id or after_id that was never a batch of this workspace."""

DELETED_CURSOR_WORKS = True
"""A before_id or after_id of a deleted batch may still point to its place in the list."""

WORKSPACE_MISMATCH_STATUS = 403
"""An anthropic-workspace-id header that is not the key's own workspace."""

RESULTS_CONTENT_TYPE = "application/x-jsonl"
"""The real content type of results, and whether they carry a length or answer Range requests."""

RATE_LIMIT_HEADERS_ON_BATCHES = False
"""Whether the Batches endpoints answer with anthropic-ratelimit headers."""

INFERENCE_GEO = "global"
"""What `usage.inference_geo` says where the request did not choose a region."""

NO_THINKING_BETWEEN_TOOLS = True
"""With `{"type": "between_tools"}` and no tools, a model is taken to answer without thinking."""

FORCED_TOOL_REFUSED = (
    "claude-fable-5-1",
    "claude-fable-5-2",
    "claude-opus-5-5",
    "claude-sonnet-5-5",
)
"""Models that refuse a forced `tool_choice`; the Mythos models probably do too."""

LONG_OUTPUT_BETA = "output-300k-2026-03-24"
LONG_OUTPUT_TOKENS = 300_000
LONG_OUTPUT_MODELS = (
    "claude-opus-5-5",
    "claude-opus-5",
    "claude-opus-4-8",
    "claude-opus-4-7",
    "claude-opus-4-6",
    "claude-sonnet-5-5",
    "claude-sonnet-5",
    "claude-sonnet-4-6",
    "claude-haiku-5-5",
)
"""The list of models for the beta header is from October 2026 and may have grown."""

CANCEL_SECONDS = 0.5
"""How long a batch stays "canceling"; undocumented, long enough here to be seen."""

CACHE_COLD_HITS = (0.30, 0.98)
"""The share of a batch's requests that read a prefix once it is cached: documented as 30 % to 98 %,
without what decides it."""

CACHE_COLD_WRITES = (2, 128)
"""How many requests of a batch write a prefix before the first can read it; none of 138 having read
it has been reported."""

CACHE_WARM_HITS = (0.85, 1.0)
"""The share that reads what was cached before the batch was made; not documented."""

SCHEMA_IS_CACHED = False
"""What the service adds for the form of an answer may stand before the system text and be cached
with it, or after it."""

PDF_PAGE_DOTS_PER_INCH = 128
"""How large the service draws the pages of a PDF is not documented. Its own example has 1,000
tokens for the text of three pages and 7,000 with their images: 2,000 each, as here."""

ENCRYPTION_REFUSED_WITHOUT_PASSWORD = True
"""The documentation takes PDFs with "no passwords/encryption"; whether one that is encrypted but
opens without a password is refused is not known."""

MAX_IMAGE_BASE64_BYTES = 10_000_000
"""The documented 10 MB for an image in base64 may mean 10^6 or 2^20 bytes; the smaller is kept."""

MAX_SIDE_OF_MANY_IMAGES = 2_000
"""The most pixels of a side where a request has more than 20 images; documented as a size that
is safe, and named so by errors people have reported."""

MAX_ITEM_BYTES = 32_000_000
"""A message may have 32 MB; whether that holds for each request of a batch is not documented."""

EXPIRED_FILE_STATUS = 404
"""A message that names an expired file "fails before inference"; only for the download of an
expired file is 404 documented."""

WRONG_FILE_TYPE = "The file {id} has the type {type}, which a {block} block does not take."
"""A file of another kind than its block is a 400; the words are a guess."""

TITLE_LENGTH = 500
"""The title of a document is "limited in length"; to how many characters is a guess."""

FILE_TYPE_IS_AS_SENT = True
"""A file's type is taken from its part of the upload; the service may look at the bytes too."""

MAX_FILE_BYTES = 500_000_000
"""The documented 500 MB for an uploaded file may mean 10^6 or 2^20 bytes; the smaller is kept."""

"""What the store came to know of documents after its first form of them."""

DOCUMENT_PAGES = """
    -- Where in the text each page begins, as a JSON list; '' where an earlier version has read it.
    ALTER TABLE document_text ADD COLUMN page_starts TEXT NOT NULL DEFAULT '';
"""

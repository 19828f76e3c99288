"""The kinds of files that hold a table, by the names and media types that desktops know."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FileKind:
    """One kind. What a file really is, is told by its bytes when it is read."""

    name: str
    suffixes: tuple[str, ...]
    """Lower case, with the dot."""
    media_types: tuple[str, ...]
    """Of files the system may offer this program for; () for a suffix that mostly means others."""


TABLE_KINDS = (
    FileKind(
        "Delimited text",
        (".csv", ".tsv", ".tab"),
        ("text/csv", "text/tab-separated-values"),
    ),
    FileKind("Text", (".txt",), ()),
    FileKind(
        "Excel workbook",
        (".xlsx", ".xlsm", ".xlsb", ".xls"),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.ms-excel.sheet.macroEnabled.12",
            "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
            "application/vnd.ms-excel",
        ),
    ),
    FileKind(
        "OpenDocument spreadsheet", (".ods",), ("application/vnd.oasis.opendocument.spreadsheet",)
    ),
    FileKind("JSON", (".jsonl", ".ndjson", ".json"), ("application/x-ndjson", "application/json")),
    FileKind("Parquet", (".parquet",), ("application/vnd.apache.parquet",)),
)

TABLE_SUFFIXES = tuple(suffix for kind in TABLE_KINDS for suffix in kind.suffixes)
TABLE_MEDIA_TYPES = tuple(each for kind in TABLE_KINDS for each in kind.media_types)
FOLDER_MEDIA_TYPE = "inode/directory"


def job_name(path: Path) -> str:
    """What a job with this table is called: the file's name without what tells its kind."""
    return path.stem if path.suffix.lower() in TABLE_SUFFIXES else path.name


def name_patterns() -> str:
    """What a file dialog shows: "*.csv *.tsv …"."""
    return " ".join(f"*{suffix}" for suffix in TABLE_SUFFIXES)

"""Where the files shipped beside the code are, in a checkout and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_INSTALLED = _PACKAGE / "resources"
_CHECKOUT = _PACKAGE.parent / "resources"


def resource_path(name: str) -> Path:
    """The path of a shipped file or folder; `name` is relative, with forward slashes."""
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return root / name


def read_resource(name: str) -> bytes:
    """The bytes of a shipped file."""
    return resource_path(name).read_bytes()

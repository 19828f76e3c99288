"""Settings: what the person chose once for the whole program; and the folder all data is in."""

import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import platformdirs

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.files import replacing
from claude_batch_desk.core.price_override import (
    PriceOverride,
    amount_of,
    read_overrides,
    with_details,
    written_details,
    written_overrides,
)

Theme = Literal["system", "light", "dark"]
StartMode = Literal["practice", "live"]
KeyPlace = Literal["keychain", "session", "environment"]

HOME_NAME = "CLAUDE_BATCH_DESK_HOME"
ANTHROPIC_URL = "https://api.anthropic.com"
MAX_RECENT_FILES = 10
_PRICE_DETAILS = "price_details"
_FILE = "settings.json"
_DAMAGED_FILE = "settings.damaged.json"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What the person chose once for the whole program. Amounts in USD."""

    recent_files: tuple[str, ...] = ()
    """Absolute paths, the newest first."""
    recent_recipes: tuple[str, ...] = ()
    """Absolute paths of recipes of the person's own, the newest first."""
    theme: Theme = "system"
    mode: StartMode = "practice"
    """The mode a new job starts in."""
    base_url: str = ANTHROPIC_URL
    """Where Live requests go."""
    job_budget: Decimal | None = None
    """The most a job may cost in the worst case, its trials included; None sets no limit, and 0
    allows nothing."""
    monthly_budget: Decimal | None = None
    """The same for everything of a calendar month together."""
    typed_above: Decimal | None = None
    """Who sends what may cost more than this has to type the amount; None is never."""
    key_source: KeyPlace = "keychain"
    keyring_backend: str = ""
    """The name of the keychain the key was put into, as `KeyRing.keep` returned it."""
    price_overrides: Mapping[str, PriceOverride] = field(default_factory=dict)
    """By model id; for models the price table does not know, or prices agreed otherwise."""
    unknown: Mapping[str, Any] = field(default_factory=dict)
    """What a newer version wrote, by its own names; kept when this one saves."""

    def with_recent_file(self, path: Path) -> "Settings":
        """The same settings with this file the newest of the recent ones."""
        return replace(self, recent_files=_newest(path, self.recent_files))

    def with_recent_recipe(self, path: Path) -> "Settings":
        """The same settings with this recipe the newest of the recent ones."""
        return replace(self, recent_recipes=_newest(path, self.recent_recipes))


_AFTER_DAMAGE = Settings(monthly_budget=Decimal(0))


def _newest(path: Path, before: tuple[str, ...]) -> tuple[str, ...]:
    opened = str(path.absolute())
    older = (each for each in before if each != opened)
    return (opened, *older)[:MAX_RECENT_FILES]


def home_folder() -> Path:
    """The folder of all data, made for this user alone if it is not there yet.

    CLAUDE_BATCH_DESK_HOME names it, else it is where the platform keeps a program's data. Raises
    StoreError where it cannot be made.
    """
    chosen = os.environ.get(HOME_NAME)
    home = (
        Path(chosen)
        if chosen
        else platformdirs.user_data_path("claude-batch-desk", appauthor=False)
    )
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The data folder {home} cannot be made: {error.strerror}. "
            f"Free the way, or name another folder in {HOME_NAME}."
        ) from error
    return home.absolute()


def check_base_url(url: str) -> bool:
    """Whether requests may go there: https, or plain http to this computer itself."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(home: Path) -> Settings:
    """The settings kept in a home folder; what is absent or makes no sense has its default.

    A file that is no JSON at all is put aside under another name, so that saving does not take
    what the person may have written by hand. An address that requests may not go to puts the
    program into Practice mode: they go to the service that was chosen, or nowhere. A budget that
    makes no sense, or was in a file that is no JSON, is one of 0: nothing is spent before the
    person has put it right.
    """
    path = home / _FILE
    try:
        if not path.exists():
            return Settings()
        read = _parsed(path.read_bytes())
        if read is None:
            _LOG.warning("the settings are not readable; defaults are used")
            path.replace(home / _DAMAGED_FILE)
            save_settings(_AFTER_DAMAGE, home)
            return _AFTER_DAMAGE
    except OSError as error:
        raise StoreError(f"The settings in {path} cannot be read: {error.strerror}.") from error
    return _settings(read)


def _parsed(written: bytes) -> dict[str, Any] | None:
    try:
        read = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _settings(read: Mapping[str, Any]) -> Settings:
    known: dict[str, Any] = {}
    for name, convert in _CONVERT.items():
        try:
            if name in read:
                known[name] = convert(read[name])
        except _NONSENSE:
            instead = "0 is used" if name in _BUDGETS else "its default is used"
            _LOG.warning("the setting %s makes no sense; %s", name, instead)
            known |= {name: Decimal(0)} if name in _BUDGETS else {}
    if "base_url" in read and "base_url" not in known:
        known["mode"] = "practice"
    _take_details(known, read)
    mine = {*_CONVERT, _PRICE_DETAILS}
    return Settings(**known, unknown={key: read[key] for key in read.keys() - mine})


def _take_details(known: dict[str, Any], read: Mapping[str, Any]) -> None:
    """Complete the prices; without sense in their details, they are not those that were meant."""
    try:
        known["price_overrides"] = with_details(
            known.get("price_overrides", {}), read.get(_PRICE_DETAILS, {})
        )
    except _NONSENSE:
        _LOG.warning("the details of the prices make no sense; the price table is used")
        known["price_overrides"] = {}


def save_settings(settings: Settings, home: Path) -> None:
    """Keep the settings in a home folder, all or nothing; raises StoreError."""
    written = {
        **settings.unknown,
        "recent_files": settings.recent_files,
        "recent_recipes": settings.recent_recipes,
        "theme": settings.theme,
        "mode": settings.mode,
        "base_url": settings.base_url,
        "job_budget": _text(settings.job_budget),
        "monthly_budget": _text(settings.monthly_budget),
        "typed_above": _text(settings.typed_above),
        "key_source": settings.key_source,
        "keyring_backend": settings.keyring_backend,
        "price_overrides": written_overrides(settings.price_overrides),
        _PRICE_DETAILS: written_details(settings.price_overrides),
    }
    path = home / _FILE
    try:
        with replacing(path, mode=0o600) as fresh:
            fresh.write_text(json.dumps(written, indent=2), encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(
            f"The settings could not be saved in {path}: {error.strerror}. "
            "They hold until you quit."
        ) from error


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _one_of(allowed: tuple[str, ...]) -> Callable[[object], str]:
    def convert(value: object) -> str:
        if value not in allowed:
            raise ValueError
        return _string(value)

    return convert


def _budget(value: object) -> Decimal | None:
    return None if value is None else amount_of(value)


def _url(value: object) -> str:
    url = _string(value)
    if not check_base_url(url):
        raise ValueError
    return url


def _recent(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_string(each) for each in value)[:MAX_RECENT_FILES]


_BUDGETS = ("job_budget", "monthly_budget", "typed_above")
_NONSENSE = (TypeError, ValueError, KeyError, InvalidOperation)
_CONVERT: Mapping[str, Callable[[Any], Any]] = {
    "recent_files": _recent,
    "recent_recipes": _recent,
    "theme": _one_of(get_args(Theme)),
    "mode": _one_of(get_args(StartMode)),
    "base_url": _url,
    "job_budget": _budget,
    "monthly_budget": _budget,
    "typed_above": _budget,
    "key_source": _one_of(get_args(KeyPlace)),
    "keyring_backend": _string,
    "price_overrides": read_overrides,
}

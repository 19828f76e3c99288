"""The API key: in the system keychain, in this run's memory or in the environment; never a file.

Every function that asks the keychain may take long, because the system may ask the person for a
password: call it on a worker.
"""

import configparser
import hashlib
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from claude_batch_desk.core.errors import SecretError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

KeySource = Literal["keychain", "session", "environment"]

ENVIRONMENT_NAME = "ANTHROPIC_API_KEY"
_SERVICE = "Claude Batch Desk"
_MAX_KEY = 1_000  # Windows keeps 2,560 bytes, two for each character
_SHOWN = 4
_LONG_ENOUGH_TO_SHOW = 20
_KEY_IN_TEXT = re.compile(r"sk-ant-[\w-]+")
_KEYCHAINS = {
    "keyring.backends.SecretService.Keyring": "the desktop keyring (Secret Service)",
    "keyring.backends.libsecret.Keyring": "the desktop keyring (libsecret)",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet",
    "keyring.backends.Windows.WinVaultKeyring": "the Windows Credential Manager",
    "keyring.backends.macOS.Keyring": "the macOS Keychain",
}
# What keychains raise beside KeyringError; looked up, because each exists on its own system only.
_FOREIGN_ERRORS = (
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney.wrappers", "DBusErrorResponse"),
    ("gi.repository.GLib", "Error"),
    ("dbus", "DBusException"),
    ("win32ctypes.pywin32.pywintypes", "error"),
    ("pywintypes", "error"),
)
_SESSION_ADVICE = "You can still enter the key for this session; it is forgotten when you quit."


class Secret:
    """A text that shows itself to nobody who does not ask; see `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, to be handed to the service and nowhere else."""
        return self._text

    @property
    def fingerprint(self) -> str:
        """The first 8 hexadecimal digits of its SHA-256: tells keys apart, and tells no key."""
        return hashlib.sha256(self._text.encode()).hexdigest()[:8]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        shown = self._text[-_SHOWN:] if len(self._text) >= _LONG_ENOUGH_TO_SHOW else ""
        return f"…{shown}"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


def read_key(typed: str) -> Secret:
    """The key in what a person pasted, without white space around it; raises SecretError."""
    key = typed.strip()
    if not key:
        raise SecretError("No API key was entered. Paste the key from the Claude Console.")
    if len(key) > _MAX_KEY or not all("!" <= character <= "~" for character in key):
        raise SecretError(
            "This is not an API key: a key is one line of letters, digits and hyphens. "
            "Copy it again from the Claude Console."
        )
    return Secret(key)


@dataclass
class KeyRing:
    """The way to the API key of one service address.

    The address is part of the name a key is kept under: another host never gets this one's key.
    """

    base_url: str
    remembered: str = ""
    """What `keep` returned when the key was kept: the name of the keychain it went to."""
    _session: Secret | None = field(default=None, repr=False)

    @property
    def _account(self) -> str:
        return urlsplit(self.base_url).netloc or self.base_url

    def key(self, source: KeySource) -> Secret | None:
        """The key from where the person chose to have it, or None where there is none.

        A key entered for this session goes before every other. Raises SecretError where the
        keychain does not work, and where it is not the one that was given the key.
        """
        if self._session is not None or source == "session":
            return self._session
        if source == "environment":
            return environment_key()
        return self._kept()

    def _kept(self) -> Secret | None:
        backend, name = _keychain()
        with _explained(name):
            text = backend.get_password(_SERVICE, self._account)
        if text is None and self.remembered not in ("", name):
            raise SecretError(
                f"The API key was kept in {self.remembered}, but this system now offers {name}, "
                "which does not have it. Enter the key again; nothing else is lost."
            )
        return Secret(text) if text else None

    def use_for_session(self, key: Secret | None) -> None:
        """Hold the key in memory until the program ends; None lets go of it."""
        self._session = key

    def keep(self, key: Secret) -> str:
        """Put the key into the system keychain, prove it is there, and return the keychain's name.

        Raises SecretError where there is no keychain to trust; then nothing was kept.
        """
        backend, name = _keychain()
        with _explained(name):
            backend.set_password(_SERVICE, self._account, key.reveal())
            kept = Secret(backend.get_password(_SERVICE, self._account) or "")
        if kept != key:
            raise SecretError(f"{_capital(name)} did not keep the API key. {_SESSION_ADVICE}")
        self.remembered = name
        self._session = None
        return name

    def forget(self) -> None:
        """Take the key out of the keychain and out of memory; no key there is no failure."""
        self._session = None
        backend, name = _keychain()
        with _explained(name):
            if backend.get_password(_SERVICE, self._account) is not None:
                backend.delete_password(_SERVICE, self._account)
        self.remembered = ""


def environment_key() -> Secret | None:
    """The key in ANTHROPIC_API_KEY; only to be used where the person chose so."""
    text = os.environ.get(ENVIRONMENT_NAME, "").strip()
    return read_key(text) if text else None


def keychain_name() -> str:
    """What the system keychain is called, for a sentence; raises SecretError where none is."""
    return _keychain()[1]


def _keychain() -> tuple["KeyringBackend", str]:
    """The keychain to trust and its name.

    The keyring library would also take stores that write plain text or keep nothing, so only
    keychains of an operating system or a desktop pass.
    """
    for backend in _candidates():
        for ancestor in type(backend).__mro__:
            name = _KEYCHAINS.get(f"{ancestor.__module__}.{ancestor.__qualname__}")
            if name:
                return backend, name
    raise SecretError(
        "This system offers no keychain that keeps an API key safe, so the key is not stored. "
        + _SESSION_ADVICE
    )


def _candidates() -> list["KeyringBackend"]:
    """The keychain found, or the links of a chain of them, the most recommended first."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    try:
        with _explained("the system keychain"):
            found = keyring.get_keyring()
    # What a setting raises that names a backend wrongly: no such module, class or section.
    except (ImportError, AttributeError, ValueError, configparser.Error):
        raise SecretError(
            "The system keychain cannot be used: PYTHON_KEYRING_BACKEND or keyringrc.cfg names "
            f"one that is not there. {_SESSION_ADVICE}"
        ) from None
    return list(found.backends) if isinstance(found, ChainerBackend) else [found]


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn what a keychain raises into a sentence, without the key."""
    try:
        yield
    except _keychain_errors() as error:
        raise SecretError(f"{_capital(name)} {_problem(error)} {_SESSION_ADVICE}") from None


def _keychain_errors() -> tuple[type[Exception], ...]:
    from keyring.errors import KeyringError

    foreign = (getattr(sys.modules.get(module), name, None) for module, name in _FOREIGN_ERRORS)
    known = [each for each in foreign if isinstance(each, type) and issubclass(each, Exception)]
    return (KeyringError, OSError, RuntimeError, *known)


def _problem(error: Exception) -> str:
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(error, NoKeyringError):
        return "is missing: no keychain service is running."
    if isinstance(error, (InitError, KeyringLocked)) or "Locked" in type(error).__name__:
        return "is locked. Unlock it and try again."
    return "refused to work."


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def redact(text: str) -> str:
    """The text with everything that looks like an API key replaced."""
    return _KEY_IN_TEXT.sub("sk-ant-…", text)


class RedactingFormatter(logging.Formatter):
    """A log formatter through which no API key passes, not even in a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written, keys replaced."""
        return redact(super().format(record))

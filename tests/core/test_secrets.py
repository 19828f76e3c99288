import copy
import logging
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backends.chainer
import keyring.backends.SecretService
import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.core import load_keyring
from keyring.errors import InitError, KeyringLocked, PasswordSetError

from claude_batch_desk.core.errors import SecretError
from claude_batch_desk.core.secrets import (
    KeyRing,
    RedactingFormatter,
    Secret,
    environment_key,
    keychain_name,
    read_key,
    redact,
)

KEY = "sk-ant-api03-canary-0123456789-wxyz"
URL = "https://api.anthropic.com"


class Working(keyring.backends.SecretService.Keyring):
    """A desktop keyring that keeps what it is given in this object."""

    priority = 5.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Forgetful(Working):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Mangling(Working):
    def get_password(self, service: str, username: str) -> str | None:
        kept = super().get_password(service, username)
        return kept and kept[:20]


class Raising(Working):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error


class PlainText(KeyringBackend):
    """What keyrings.alt offers: a readable file, recommended as much as a keychain."""

    priority = 9.0
    asked = 0

    def __init__(self) -> None:
        pass

    def get_password(self, service: str, username: str) -> str | None:
        type(self).asked += 1
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        type(self).asked += 1

    def delete_password(self, service: str, username: str) -> None:
        type(self).asked += 1


class Chain(keyring.backends.chainer.ChainerBackend):
    backends: tuple[KeyringBackend, ...] = ()

    def __init__(self, *links: KeyringBackend) -> None:
        self.backends = links


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before = keyring.core._keyring_backend
    yield
    keyring.core._keyring_backend = before


@pytest.fixture
def working() -> Working:
    backend = Working()
    keyring.set_keyring(backend)
    return backend


def test_a_key_is_kept_and_found_again(working: Working) -> None:
    name = KeyRing(URL).keep(Secret(KEY))
    assert name == "the desktop keyring (Secret Service)" == keychain_name()
    assert KeyRing(URL, name).key("keychain") == Secret(KEY)
    assert list(working.kept.values()) == [KEY]


def test_another_host_does_not_get_the_key(working: Working) -> None:
    KeyRing(URL).keep(Secret(KEY))
    assert KeyRing("https://gateway.example:8443/anthropic").key("keychain") is None


def test_a_key_is_forgotten_everywhere(working: Working) -> None:
    ring = KeyRing(URL)
    ring.keep(Secret(KEY))
    ring.use_for_session(Secret(KEY))
    ring.forget()
    assert ring.key("keychain") is None
    assert not working.kept
    ring.forget()


def test_a_key_for_this_session_is_kept_nowhere(working: Working) -> None:
    ring = KeyRing(URL)
    ring.use_for_session(Secret(KEY))
    assert ring.key("session") == ring.key("keychain") == Secret(KEY)
    assert not working.kept
    assert KeyRing(URL).key("session") is None


def test_a_key_for_this_session_needs_no_keychain() -> None:
    keyring.set_keyring(load_keyring("keyring.backends.fail.Keyring"))
    ring = KeyRing(URL)
    ring.use_for_session(Secret(KEY))
    assert ring.key("keychain") == Secret(KEY)


def test_a_keychain_is_found_in_a_chain_behind_plain_text() -> None:
    backend = Working()
    keyring.set_keyring(Chain(PlainText(), backend))
    before = PlainText.asked
    KeyRing(URL).keep(Secret(KEY))
    assert list(backend.kept.values()) == [KEY]
    assert PlainText.asked == before


@pytest.mark.parametrize(
    "backend",
    [
        load_keyring("keyring.backends.fail.Keyring"),
        load_keyring("keyring.backends.null.Keyring"),
        PlainText(),
    ],
    ids=["none", "null", "plain text"],
)
def test_a_store_that_is_no_keychain_gets_no_key(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)
    before = PlainText.asked
    with pytest.raises(SecretError, match=r"no keychain.*for this session"):
        KeyRing(URL).keep(Secret(KEY))
    with pytest.raises(SecretError, match=r"no keychain.*for this session"):
        KeyRing(URL).key("keychain")
    assert PlainText.asked == before


@pytest.mark.parametrize("backend", [Forgetful(), Mangling()], ids=["forgets", "mangles"])
def test_a_key_that_is_not_there_afterwards_was_not_kept(backend: Working) -> None:
    keyring.set_keyring(backend)
    ring = KeyRing(URL)
    with pytest.raises(SecretError, match="did not keep the API key"):
        ring.keep(Secret(KEY))
    assert not ring.remembered


class NativeError(Exception):
    """Shaped like the errors that Windows raises: no relation of KeyringError."""


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InitError("Failed to create the collection: Prompt dismissed.."), "is locked. Unlock it"),
        (KeyringLocked("Failed to unlock the collection!"), "is locked. Unlock it"),
        (PasswordSetError(f"cannot store {KEY}"), "refused to work"),
        (ConnectionRefusedError(111, "Connection refused"), "refused to work"),
        (NativeError(1783, "CredWrite", "The stub received bad data"), "refused to work"),
    ],
)
def test_a_keychain_that_fails_says_so_without_the_key(
    error: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = type(sys)("pywintypes")
    monkeypatch.setattr(windows, "error", NativeError, raising=False)
    monkeypatch.setitem(sys.modules, "pywintypes", windows)
    keyring.set_keyring(Raising(error))
    with pytest.raises(SecretError, match=sentence) as raised:
        KeyRing(URL).keep(Secret(KEY))
    assert KEY not in str(raised.value)
    with pytest.raises(SecretError, match=sentence):
        KeyRing(URL).key("keychain")


def test_a_bug_in_this_program_is_not_taken_for_a_keychain_that_fails() -> None:
    keyring.set_keyring(Raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        KeyRing(URL).key("keychain")


def test_a_changed_desktop_is_told_from_a_key_never_entered(working: Working) -> None:
    assert KeyRing(URL).key("keychain") is None
    with pytest.raises(SecretError, match=r"was kept in KWallet.*Enter the key again"):
        KeyRing(URL, "KWallet").key("keychain")


def test_the_environment_is_used_only_where_it_was_chosen(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", f" {KEY}\n")
    assert KeyRing(URL).key("environment") == Secret(KEY) == environment_key()
    assert KeyRing(URL).key("keychain") is None
    assert KeyRing(URL).key("session") is None
    assert not working.kept
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")
    assert KeyRing(URL).key("environment") is None


ASK = """
from claude_batch_desk.core.errors import SecretError
from claude_batch_desk.core.secrets import KeyRing, Secret
try:
    print("kept", KeyRing("https://api.anthropic.com").keep(Secret("sk-ant-canary-0123456789")))
except SecretError as error:
    print(error)
"""


def _asked(environment: dict[str, str], tmp_path: Path, before: tuple[str, ...] = ()) -> str:
    kept = ("PATH", "PYTHONPATH", "SYSTEMROOT")
    own = {name: os.environ[name] for name in kept if name in os.environ}
    own |= {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    answer = subprocess.run(  # a fixed command of ours
        [*before, sys.executable, "-c", ASK],
        env=own | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    leaked = [
        each for each in tmp_path.rglob("*") if each.is_file() and b"canary" in each.read_bytes()
    ]
    assert not leaked
    return answer.stdout


@pytest.mark.parametrize(
    "name", ["keyrings.alt.file.NotThere", "keyring.backends.null.NotThere", "nonsense"]
)
def test_a_misspelt_backend_in_the_environment_is_explained(name: str, tmp_path: Path) -> None:
    said = _asked({"PYTHON_KEYRING_BACKEND": name}, tmp_path)
    assert "PYTHON_KEYRING_BACKEND or keyringrc.cfg names one that is not there" in said


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is the way to Linux keychains")
def test_a_system_without_a_session_bus_is_explained(tmp_path: Path) -> None:
    nowhere = f"unix:path={tmp_path}/no-such-bus"
    assert "no keychain" in _asked({"DBUS_SESSION_BUS_ADDRESS": nowhere}, tmp_path)


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="needs dbus-run-session")
def test_a_session_bus_without_a_keychain_is_explained(tmp_path: Path) -> None:
    bus = ("dbus-run-session", "--")
    assert "no keychain" in _asked({"XDG_DATA_DIRS": str(tmp_path)}, tmp_path, bus)


def test_white_space_around_a_pasted_key_is_dropped() -> None:
    assert read_key(f"\n {KEY}\t") == Secret(KEY)


@pytest.mark.parametrize("typed", ["", "  ", f"{KEY}\n{KEY}", "sk ant", "sk-änt-1", "x" * 1_001])
def test_what_cannot_be_a_key_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(SecretError) as raised:
        read_key(typed)
    assert KEY not in str(raised.value)


def test_a_secret_shows_its_last_four_characters_at_most() -> None:
    secret = Secret(KEY)
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret:>6}", "%s" % secret):  # noqa: UP031  # each way to print
        assert shown.strip() == "…wxyz"
    assert repr(Secret("short")) == "…"
    assert repr([KeyRing(URL, _session=secret)]).count("sk-ant") == 0
    assert not hasattr(secret, "__dict__")


def test_a_secret_cannot_be_pickled_or_copied_into_a_report() -> None:
    for carry in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not written anywhere"):
            carry(Secret(KEY))


def test_fingerprints_tell_keys_apart_and_tell_no_key() -> None:
    assert Secret(KEY).fingerprint != Secret(KEY + "x").fingerprint
    assert len(Secret(KEY).fingerprint) == 8
    assert Secret(KEY).fingerprint not in KEY
    assert hash(Secret(KEY)) == hash(Secret(KEY))
    assert Secret(KEY) != KEY


def test_no_key_reaches_a_log_not_even_in_a_traceback() -> None:
    formatter = RedactingFormatter("%(message)s")
    try:
        int(KEY)
    except ValueError:
        record = logging.LogRecord("x", 40, __file__, 1, "sent %s", (KEY,), sys.exc_info())
    line = formatter.format(record)
    assert "canary" not in line
    assert "ValueError: invalid literal" in line
    assert redact(f"a {KEY}, b") == "a sk-ant-…, b"

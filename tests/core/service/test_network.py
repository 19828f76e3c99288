"""Trouble between this computer and the service: a sentence for each kind, and one attempt."""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import (
    Busy,
    KeyRefused,
    OutcomeUnknown,
    Refused,
    ServiceError,
    Unreachable,
)
from claude_batch_desk.core.service.gateway import Gateway, Timeouts
from tests.core.service.stub import (
    KEY,
    Handler,
    Stub,
    batch,
    hangs,
    says,
    says_error,
    says_text,
)

IMPATIENT = Timeouts(look=0.3, message=0.3, create=0.3, results=0.3)
Door = Callable[[str], Gateway]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def door() -> Iterator[Door]:
    made: list[Gateway] = []

    def open_door(base_url: str) -> Gateway:
        made.append(Gateway(KEY, base_url, IMPATIENT))
        return made[-1]

    yield open_door
    for gateway in made:
        gateway.close()


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"127.0.0.1:{port}"


@pytest.fixture
def large_body(tmp_path: Path) -> Path:
    """More than the buffers of both sides hold."""
    path = tmp_path / "large.json"
    path.write_bytes(b" " * 20_000_000)
    return path


def reset_at_once(handler: Handler) -> None:
    handler.reset()


def drop(handler: Handler) -> None:
    handler.close_connection = True


WORDS = {
    "refused": "Nobody answers at the service's address",
    "dns": "could not be looked up",
    "address": "not a valid one. Check it in the settings",
    "certificate": "certificate is not trusted",
    "tls": "No secure connection",
    "broken": "The connection to the service broke",
    "late": "did not answer in time",
    "paid": "may bill it all the same",
    "doubt": "The connection broke while the batch was being sent",
    "portal": "Something else answered",
    "gibberish": "could not be understood",
    "proxy": "may be the proxy that is not there",
    "proxy says no": "does not let this through",
    "socks": "speaks SOCKS",
    "proxy address": "proxy of this computer has an address",
    "certificates": "SSL_CERT_FILE",
}


def told(error: ServiceError, *kinds: str) -> None:
    """The sentence says just what these kinds of trouble say."""
    text = str(error)
    assert {kind for kind, words in WORDS.items() if words in text} == set(kinds), text
    assert text[0].isupper()
    assert text[-1] in ".”"
    assert "None" not in text
    assert KEY not in text


def unreachable(gateway: Gateway, body: Path) -> ServiceError:
    """What a look and a creation raise, which differ only in what they say is safe."""
    with pytest.raises(Unreachable) as looked:
        gateway.newest_batch()
    with pytest.raises(Unreachable) as created:
        gateway.create_batch(body, 2)
    looking = str(looked.value)
    assert "sent" not in looking  # a job that is looked at was sent, and is at the service
    kept = "Nothing is lost; try again in a while."
    assert looking.replace(kept, "Nothing was sent.") == str(created.value)
    return looked.value


def test_nobody_at_the_address(door: Door, nobody: str, body: Path) -> None:
    told(unreachable(door(f"http://{nobody}"), body), "refused")


def test_a_name_that_nobody_knows(door: Door, body: Path) -> None:
    told(unreachable(door("http://no-such-host.invalid"), body), "dns")


@pytest.mark.parametrize("address", ["ftp://127.0.0.1", "127.0.0.1", "http://[::1", "http://a\nb"])
def test_an_address_that_is_none(door: Door, body: Path, address: str) -> None:
    gateway = door(address)
    for call in (gateway.newest_batch, lambda: gateway.create_batch(body, 2)):
        with pytest.raises(Refused) as caught:
            call()
        told(caught.value, "address")


@pytest.mark.parametrize("end", [reset_at_once, drop])
def test_a_connection_that_breaks_before_the_answer(
    stub: Stub, door: Door, body: Path, end: Callable[[Handler], None]
) -> None:
    stub.answer = end
    gateway = door(stub.base_url)
    with pytest.raises(Unreachable) as looked:
        gateway.batch("msgbatch_1")
    told(looked.value, "broken")
    with pytest.raises(Busy) as asked:
        gateway.message(b"{}")
    told(asked.value, "paid")
    stub.asked.clear()
    with pytest.raises(OutcomeUnknown) as created:
        gateway.create_batch(body, 2)
    told(created.value, "doubt")
    assert len(stub.asked) == 1


def test_a_connection_that_breaks_while_the_batch_is_sent(
    stub: Stub, door: Door, large_body: Path
) -> None:
    stub.reads_bodies = False

    def read_a_little(handler: Handler) -> None:
        handler.rfile.read(1000)
        handler.reset()

    stub.answer = read_a_little
    with pytest.raises(OutcomeUnknown) as created:
        door(stub.base_url).create_batch(large_body, 2)
    told(created.value, "doubt")
    assert len(stub.asked) == 1


def test_an_answer_before_the_batch_was_read_is_heard(
    stub: Stub, door: Door, large_body: Path
) -> None:
    stub.reads_bodies = False

    def too_large(handler: Handler) -> None:
        says_error(413, "request_too_large")(handler)
        handler.skip_body()

    stub.answer = too_large
    with pytest.raises(Refused, match="larger than the service accepts"):
        door(stub.base_url).create_batch(large_body, 2)


def test_a_service_that_never_answers(stub: Stub, door: Door, body: Path) -> None:
    stub.answer = hangs
    gateway = door(stub.base_url)
    with pytest.raises(Busy) as looked:
        gateway.newest_batch()
    told(looked.value, "late")
    with pytest.raises(Busy) as asked:
        gateway.message(b"{}")
    told(asked.value, "paid")
    stub.asked.clear()
    with pytest.raises(OutcomeUnknown) as created:
        gateway.create_batch(body, 2)
    told(created.value, "doubt")
    assert len(stub.asked) == 1


def test_a_sign_in_page(stub: Stub, door: Door, body: Path) -> None:
    stub.answer = says_text("<h1>Welcome to the hotel</h1>")
    gateway = door(stub.base_url)
    with pytest.raises(Unreachable) as looked:
        gateway.newest_batch()
    told(looked.value, "portal")
    with pytest.raises(OutcomeUnknown, match="does not confirm the batch"):
        gateway.create_batch(body, 2)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_gets_neither_key_nor_rows(
    stub: Stub, door: Door, body: Path, status: int
) -> None:
    with Stub() as elsewhere:
        elsewhere.answer = says(batch())
        address = f"{elsewhere.base_url}/v1/messages/batches"
        stub.answer = says_text("", status=status, Location=address)
        gateway = door(stub.base_url)
        with pytest.raises(Unreachable) as looked:
            gateway.newest_batch()
        told(looked.value, "portal")
        with pytest.raises(OutcomeUnknown):
            gateway.create_batch(body, 2)
        assert elsewhere.asked == []
    assert len(stub.asked) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', '{"data": 7}', '{"data": [1]}'])
def test_json_that_is_not_the_service_s(stub: Stub, door: Door, body: Path, text: str) -> None:
    stub.answer = says_text(text, "application/json")
    gateway = door(stub.base_url)
    for look in (gateway.models, gateway.newest_batch, lambda: gateway.count_tokens(b"{}")):
        with pytest.raises(Unreachable) as looked:
            look()
        told(looked.value, "gibberish")
    with pytest.raises(OutcomeUnknown, match="does not confirm the batch"):
        gateway.create_batch(body, 2)


def test_something_that_does_not_speak_http(stub: Stub, door: Door) -> None:
    def greet(handler: Handler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        handler.close_connection = True

    stub.answer = greet
    with pytest.raises(Unreachable) as looked:
        door(stub.base_url).newest_batch()
    told(looked.value, "broken")


# TLS


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that only itself vouches for, and its key."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = tmp_path / "certificate.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Stub]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Stub(context) as running:
        running.answer = says({"data": [batch()]})
        yield running


def test_a_certificate_nobody_vouches_for(secure: Stub, door: Door, body: Path) -> None:
    told(unreachable(door(secure.base_url), body), "certificate")
    assert secure.asked == []


def test_a_certificate_that_the_company_installed(
    secure: Stub, door: Door, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert door(secure.base_url).newest_batch() == "msgbatch_1"


def test_an_address_that_does_not_speak_tls(stub: Stub, door: Door, body: Path) -> None:
    told(unreachable(door(f"https://127.0.0.1:{stub.port}"), body), "tls")


def test_a_file_of_certificates_that_is_not_there(
    door: Door, stub: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(Refused) as caught:
        door(stub.base_url).newest_batch()
    told(caught.value, "certificates")


# Proxies


def test_this_computer_is_reached_without_the_proxy(
    stub: Stub, door: Door, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://{nobody}")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    stub.answer = says({"data": [batch()]})
    for host in ("127.0.0.1", "localhost"):
        assert door(f"http://{host}:{stub.port}").newest_batch() == "msgbatch_1"


def test_the_internet_is_reached_through_the_proxy(
    stub: Stub, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", stub.base_url)
    stub.answer = says({"data": [batch()]})
    assert door("http://service.invalid").newest_batch() == "msgbatch_1"
    assert stub.asked[0].headers["host"] == "service.invalid"


def test_a_proxy_that_is_not_there(
    door: Door, nobody: str, body: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{nobody}")
    told(unreachable(door("https://service.invalid"), body), "refused", "proxy")


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_says_no(
    stub: Stub, door: Door, body: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", stub.base_url)
    stub.answer = says_text("<h1>No</h1>", status=status)
    told(unreachable(door("https://service.invalid"), body), "proxy says no")
    assert {asked.method for asked in stub.asked} == {"CONNECT"}
    assert not any(asked.headers["authorization"] for asked in stub.asked)


@pytest.mark.parametrize(
    ("proxy", "kind"),
    [
        ("socks5://127.0.0.1:9", "socks"),
        ("ftp://127.0.0.1", "proxy address"),
        ("http://[::1", "proxy address"),
    ],
)
def test_a_proxy_that_cannot_be_used(
    door: Door, monkeypatch: pytest.MonkeyPatch, proxy: str, kind: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(Refused) as caught:
        door("https://service.invalid").newest_batch()
    told(caught.value, kind)


# Keys


@pytest.mark.parametrize(
    "key", ["sk-ant\n", "sk ant", "sk-ant\r\nX-Evil: 1", "sk-änt", "\ufeffsk-ant", "sk\0", "sk\x7f"]
)
def test_a_key_with_a_character_that_no_key_has(key: str) -> None:
    with pytest.raises(KeyRefused, match="a character that no key has") as caught:
        Gateway(key)
    assert key not in str(caught.value)


@pytest.mark.parametrize("key", ["", " ", "\n"])
def test_no_key(key: str) -> None:
    with pytest.raises(KeyRefused, match="no API key yet"):
        Gateway(key)

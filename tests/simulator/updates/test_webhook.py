from datetime import UTC, datetime

import pytest
import trustme

from simulator.bot_api.refusals import Refusal
from simulator.state.files import Upload
from simulator.updates.queue import BY_DEFAULT
from simulator.updates.webhook import Webhook, checked_certificate, checked_secret, checked_url, is_loopback


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/x", "http://localhost/x", "https://[::1]:8443/x"])
def test_loopback_addresses_are_called(url: str) -> None:
    assert checked_url(url) == url


@pytest.mark.parametrize(
    ("url", "description"),
    [
        ("nonsense", "invalid webhook URL specified"),
        ("ftp://127.0.0.1/", "invalid webhook URL specified"),
        ("http://[::1/", "invalid webhook URL specified"),
        ("http://127.0.0.1:99999/", "invalid webhook URL specified"),
        ("http://a.se/", "bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://a.se/", "bad webhook: Failed to resolve host: No address associated with hostname"),
        ("https://10.0.0.1/", "bad webhook: Failed to resolve host: No address associated with hostname"),
    ],
)
def test_other_addresses_are_refused(url: str, description: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_url(url)
    assert refused.value.description == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("secret", "description"),
    [("a" * 257, "secret token is too long"), ("å", "secret token contains unallowed characters")],
)
def test_secrets_that_are_refused(secret: str, description: str) -> None:
    with pytest.raises(Refusal, match=description):
        checked_secret(secret)
    assert checked_secret("a-B_9" * 51) == "a-B_9" * 51


@pytest.mark.parametrize(
    ("host", "stays"), [("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("a.se", False)]
)
def test_which_hosts_are_on_this_machine(host: str, stays: bool) -> None:
    assert is_loopback(host) is stays


def test_info_without_a_webhook() -> None:
    info = Webhook().info(3, BY_DEFAULT)
    assert info == {"url": "", "has_custom_certificate": False, "pending_update_count": 3}


def test_info_with_a_failing_webhook() -> None:
    webhook = Webhook(
        "http://127.0.0.1/", connections=7, last_error="no", last_error_at=datetime(1970, 1, 2, tzinfo=UTC)
    )
    assert webhook.info(0, frozenset({"message", "callback_query"})) == {
        "url": "http://127.0.0.1/",
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 7,
        "ip_address": "127.0.0.1",
        "last_error_date": 86400,
        "last_error_message": "no",
        "allowed_updates": ["message", "callback_query"],
    }


def test_the_certificate() -> None:
    assert checked_certificate(None) is None
    certificate = checked_certificate(Upload("cert.pem", "", trustme.CA().cert_pem.bytes()))
    assert certificate
    assert len(certificate.get_ca_certs()) == 1
    for nonsense in (b"nonsense", b"\xff", b""):
        with pytest.raises(Refusal, match="bad webhook: Failed to set custom certificate file"):
            checked_certificate(Upload("cert.pem", "", nonsense))
    with pytest.raises(Refusal, match=r"certificate size is too big \(3145729 bytes\)"):
        checked_certificate(Upload("cert.pem", "", b"x" * (3 * 1024 * 1024 + 1)))

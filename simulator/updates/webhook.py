"""The webhook: the address of the bot's own server to which updates are delivered, and which addresses are accepted."""

import re
import ssl
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json, unix_seconds, without_none
from simulator.state.files import Upload
from simulator.updates.queue import BY_DEFAULT, KINDS

_LONGEST_SECRET = 256
_LARGEST_CERTIFICATE = 3 << 20
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_UNREACHABLE = "Failed to resolve host: No address associated with hostname"


@dataclass(slots=True)
class Webhook:
    """Where updates are delivered. With an empty `url` the bot has no webhook.

    - `secret`: sent along with each update, so that the bot's server can tell Telegram from others.
    - `certificate`: a TLS context that trusts the certificate that the bot uploaded; None: the usual authorities.
    - `connections`: how many updates are delivered at the same time.
    - `last_error_at`, `gone_since`: aware, UTC.
    - `gone_since`: since when the bot's server has answered "410 Gone" to everything.
    """

    url: str = ""
    secret: str = ""
    certificate: ssl.SSLContext | None = None
    connections: int = 40
    last_error: str = ""
    last_error_at: datetime | None = None
    gone_since: datetime | None = None

    def info(self, pending: int, allowed: frozenset[str]) -> Json:
        """Return the WebhookInfo object.

        `pending` is how many updates wait, `allowed` which kinds of updates the bot receives.
        """
        common = {
            "url": self.url,
            "has_custom_certificate": self.certificate is not None,
            "pending_update_count": pending,
        }
        kinds = None if allowed == BY_DEFAULT else [kind for kind in KINDS if kind in allowed]
        if not self.url:
            return common | without_none(allowed_updates=kinds)
        return common | without_none(
            max_connections=self.connections,
            ip_address="127.0.0.1",
            last_error_date=unix_seconds(self.last_error_at) if self.last_error_at else None,
            last_error_message=self.last_error or None,
            allowed_updates=kinds,
        )


def checked_url(url: str) -> str:
    """Return the URL if the simulator may call it. Refused in Telegram's words if it leaves this machine.

    Plain HTTP is accepted, unlike on Telegram: on loopback there is nothing to protect, and no certificate.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port  # reading the port raises ValueError if it is none
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if parts.scheme not in ("http", "https") or not host:
        raise bad_request("invalid webhook URL specified")
    if not is_loopback(host):
        reason = "An HTTPS URL must be provided for webhook" if parts.scheme == "http" else _UNREACHABLE
        raise bad_request(f"bad webhook: {reason}")
    return url


def is_loopback(host: str) -> bool:
    """Return whether a host name or IP address stays on this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def checked_certificate(upload: Upload | None) -> ssl.SSLContext | None:
    """Return a TLS context that trusts an uploaded certificate; None without an upload. Refused if it is malformed."""
    if upload is None:
        return None
    if len(upload.content) > _LARGEST_CERTIFICATE:
        raise bad_request(f"certificate size is too big ({len(upload.content)} bytes)")
    certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        certificate.load_verify_locations(cadata=upload.content.decode("ascii"))
    except (ssl.SSLError, UnicodeDecodeError, ValueError):
        raise bad_request("bad webhook: Failed to set custom certificate file") from None
    return certificate


def checked_secret(secret: str) -> str:
    """Return the secret token if it is well formed. Refused in Telegram's words otherwise."""
    if len(secret) > _LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    return secret

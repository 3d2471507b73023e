"""The vault: seals the entries of the diaries, so that nobody can read them from the database alone.

Each person has a key of their own, and each row is sealed with it. The person's key is in the database, wrapped by the
master key, which is in a file outside the database (``bot.store.key_file``). Deleting a person's key makes every row
unreadable that was sealed with it.

The cipher is AES-256-GCM with a random nonce for each use. Data that is sealed for one ``place``, a table and its row,
cannot be opened at another, because the place is authenticated too.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot import show_hidden

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES = 32, 12
ID_BYTES = 8
"""The id of a master key is the beginning of its SHA-256. It says which key wrapped something, not what the key is."""


class SealError(Exception):
    """Something was sealed with another key or for another place, or was changed."""


@dataclass(frozen=True)
class Vault:
    """The master keys. The first one wraps new keys; the others still open what they have wrapped.

    Without any master key, nothing can be sealed or opened.

    Attributes:
        keys: The master keys.
        is_complete: Whether they open every stored diary. Otherwise they may be the wrong ones, and a key that they
            wrap now could not be opened once the right ones are back. So nothing is wrapped.

    """

    keys: Sequence[bytes] = field(default=(), repr=False)
    is_complete: bool = field(default=True, repr=False)

    @property
    def ids(self) -> list[bytes]:
        """The ids of the master keys."""
        return [_id(key) for key in self.keys]

    def wrap(self, key: bytes, place: str) -> bytes:
        """Return a person's key, wrapped by the first master key. Raises ``SealError`` if a master key is missing."""
        if not self.keys:
            raise SealError("there is no key in DATA_KEY_FILE")
        if not self.is_complete:
            raise SealError("DATA_KEY_FILE lacks the key of other diaries, so no diary can begin")
        return _id(self.keys[0]) + seal(self.keys[0], key, place)

    def unwrap(self, wrapped: bytes, place: str) -> bytes:
        """Return the person's key that was wrapped. Raises ``SealError``."""
        for key in self.keys:
            if wrapped.startswith(_id(key)):
                return unseal(key, wrapped[ID_BYTES:], place)
        raise SealError("the key of a diary is lost, or no key in DATA_KEY_FILE has wrapped it")

    def is_current(self, wrapped: bytes) -> bool:
        """Return whether a key was wrapped by the first master key."""
        return bool(self.keys) and wrapped.startswith(_id(self.keys[0]))


def new_key() -> bytes:
    """Return a new random key."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, data: bytes, place: str) -> bytes:
    """Return data that only this key opens, and only for this place."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, data, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """Return the data that was sealed. Raises ``SealError``."""
    show_hidden()
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # only a diary needs the library

    try:
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError):
        raise SealError("a row of the diary cannot be opened: it has another key, or was changed") from None


def _cipher(key: bytes) -> "AESGCM":
    show_hidden()
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # only a diary needs the library

    return AESGCM(key)


def _id(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:ID_BYTES]

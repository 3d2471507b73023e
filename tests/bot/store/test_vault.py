"""The vault: what is sealed can be opened with the right key and at its own place only."""

import pytest

from bot.store.vault import SealError, Vault, new_key, seal, unseal

KEY = new_key()
PLACE = "cramp:1:2"


def test_what_is_sealed_can_be_opened() -> None:
    assert unseal(KEY, seal(KEY, b"left calf", PLACE), PLACE) == b"left calf"


def test_the_same_data_never_looks_the_same() -> None:
    assert seal(KEY, b"left calf", PLACE) != seal(KEY, b"left calf", PLACE)
    assert b"calf" not in seal(KEY, b"left calf", PLACE)


@pytest.mark.parametrize(("key", "place", "cut"), [
    pytest.param(new_key(), PLACE, 0, id="another key"),
    pytest.param(KEY, "cramp:1:3", 0, id="another place"),
    pytest.param(KEY, PLACE, 1, id="cut off"),
    pytest.param(KEY, PLACE, 30, id="hardly anything left"),
])  # fmt: skip
def test_nothing_else_opens_it(key: bytes, place: str, cut: int) -> None:
    sealed = seal(KEY, b"left calf", PLACE)
    with pytest.raises(SealError):
        unseal(key, sealed[: len(sealed) - cut], place)


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(seal(KEY, b"left calf", PLACE))
    sealed[15] ^= 1
    with pytest.raises(SealError):
        unseal(KEY, bytes(sealed), PLACE)


def test_a_wrapped_key_is_opened_by_the_master_key_that_wrapped_it() -> None:
    old, new = new_key(), new_key()
    wrapped = Vault((old,)).wrap(KEY, "key:1")
    assert KEY not in wrapped
    assert Vault((new, old)).unwrap(wrapped, "key:1") == KEY
    assert not Vault((new, old)).is_current(wrapped)
    assert Vault((old,)).is_current(wrapped)


def test_without_its_master_key_a_wrapped_key_stays_closed() -> None:
    wrapped = Vault((new_key(),)).wrap(KEY, "key:1")
    for vault in (Vault(), Vault((new_key(),))):
        with pytest.raises(SealError):
            vault.unwrap(wrapped, "key:1")


def test_without_a_master_key_nothing_can_be_sealed() -> None:
    with pytest.raises(SealError):
        Vault().wrap(KEY, "key:1")


def test_while_a_master_key_is_missing_nothing_is_wrapped_with_the_others() -> None:
    wrapped = Vault((KEY,)).wrap(new_key(), "key:1")
    incomplete = Vault((KEY,), is_complete=False)
    assert incomplete.unwrap(wrapped, "key:1")
    with pytest.raises(SealError):
        incomplete.wrap(new_key(), "key:2")


def test_a_vault_shows_no_key() -> None:
    assert repr(Vault((KEY,))) == "Vault()"

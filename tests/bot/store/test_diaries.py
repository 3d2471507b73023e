"""A diary as a whole: consent, its end, and its key."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete

from bot.errors import StoreError
from bot.store import Store, bot_state, cramps, diaries, erasure_marks, people
from bot.store.diaries import Diary
from bot.store.erasure_marks import Scope
from bot.store.tables import diary_key
from bot.store.vault import SealError, Vault, new_key
from tests.bot.store.annas_schedules import ANNA, BO, NOW
from tests.support.cramps import BAD, VAULT

LATER = NOW + timedelta(days=3)


async def agreed(store: Store, chat: int = ANNA, vault: Vault = VAULT) -> Diary:
    """Store a person's consent."""
    diary = await store.write(
        lambda connection: diaries.agree(connection, chat, vault, NOW, consented_to="2026-11", language="en")
    )
    assert diary
    return diary


async def with_a_cramp(store: Store, chat: int = ANNA, vault: Vault = VAULT) -> None:
    await agreed(store, chat, vault)
    assert await store.write(partial(cramps.add, chat_id=chat, vault=vault, cramp=BAD, message_id=1, now=BAD.at))


async def diary_of(store: Store, chat: int = ANNA) -> Diary | None:
    return await store.read(partial(diaries.read, chat_id=chat))


async def test_nobody_has_a_diary_without_consent(store: Store) -> None:
    assert await diary_of(store) is None
    assert await store.read(diaries.master_keys) == set()


async def test_a_consent_is_stored_with_its_text_time_and_language(store: Store) -> None:
    diary = await agreed(store)
    assert diary == await diary_of(store)
    assert (diary.consented_at, diary.consented_to, diary.language) == (NOW, "2026-11", "en")
    assert diary.is_open
    assert diary.keep_months == 24
    assert repr(diary.key) not in repr(diary)


async def test_whoever_is_read_is_known_to_have_a_diary(store: Store) -> None:
    await agreed(store)
    await store.write(partial(people.set_end_sound, chat_id=BO, end_sound=True))
    known = await store.read(partial(people.get_known, chat_ids=[ANNA, BO]))
    assert {chat: person.has_diary for chat, person in known.items()} == {ANNA: True, BO: False}
    changed = await store.write(partial(people.set_language, chat_id=ANNA, language="sv"))
    assert changed == await store.read(partial(people.get, chat_id=ANNA))
    assert changed.has_diary
    await store.write(partial(diaries.erase, chat_id=ANNA, now=NOW))
    assert not (await store.read(partial(people.get, chat_id=ANNA))).has_diary


async def test_everybody_has_a_key_of_their_own(store: Store) -> None:
    anna, bo = await agreed(store), await agreed(store, BO)
    assert diaries.key_of(anna, VAULT) != diaries.key_of(bo, VAULT)
    with pytest.raises(SealError):
        diaries.key_of(Diary(**{**vars(bo), "key": anna.key}), VAULT)


async def test_a_consent_that_was_taken_back_can_be_given_again_and_the_entries_are_still_there(store: Store) -> None:
    await with_a_cramp(store)
    await store.write(partial(diaries.withdraw, chat_id=ANNA, now=LATER))
    await store.write(partial(diaries.withdraw, chat_id=ANNA, now=LATER + timedelta(days=1)))
    diary = await diary_of(store)
    assert diary
    assert (diary.is_open, diary.withdrawn_at) == (False, LATER)
    await store.write(
        lambda connection: diaries.agree(connection, ANNA, VAULT, LATER, consented_to="2027-01", language="sv")
    )
    diary = await diary_of(store)
    assert diary
    assert (diary.is_open, diary.consented_to, diary.language) == (True, "2027-01", "sv")
    sealed = await store.read(partial(cramps.read, chat_id=ANNA))
    assert sealed
    assert sealed.open(VAULT) == [BAD]


async def test_an_erased_diary_is_gone_and_the_files_are_to_be_rewritten(store: Store) -> None:
    await with_a_cramp(store)
    await with_a_cramp(store, BO)
    await store.write(partial(diaries.erase, chat_id=ANNA, now=LATER))
    assert await diary_of(store) is None
    assert await store.read(partial(cramps.read, chat_id=ANNA)) is None
    assert await store.read(partial(cramps.read, chat_id=BO))
    assert (await store.read(bot_state.read_all))[bot_state.ERASED] == LATER.isoformat()
    marks = await store.read(erasure_marks.load)
    assert marks.erased_after(ANNA, NOW, Scope.DIARY)
    assert not marks.erased_after(ANNA, NOW), "the person stays"


async def test_a_diary_whose_key_is_lost_stays_closed_until_it_is_erased(store: Store) -> None:
    await with_a_cramp(store)
    keys = await store.read(diaries.read_keys)
    await store.write(lambda connection: connection.execute(delete(diary_key)))
    assert (await agreed(store)).key == b""
    with pytest.raises(SealError):
        await store.write(partial(cramps.add, chat_id=ANNA, vault=VAULT, cramp=BAD, message_id=1, now=BAD.at))
    assert await store.write(partial(diaries.restore_keys, keys={})) == 1
    assert await store.write(partial(diaries.restore_keys, keys=keys)) == 0
    await store.write(lambda connection: connection.execute(delete(diary_key)))
    assert await store.write(partial(diaries.erase_unreadable, vault=VAULT, now=LATER)) == 1
    await with_a_cramp(store)
    sealed = await store.read(partial(cramps.read, chat_id=ANNA))
    assert sealed
    assert sealed.open(VAULT) == [BAD]


@pytest.mark.parametrize("text", ["7", "anna 00", "7 key", "7 00 00"])
def test_another_file_is_not_taken_for_keys(text: str) -> None:
    with pytest.raises(StoreError, match="not one that `python -m bot diary-keys` has written"):
        diaries.parse_keys([text])


async def test_a_diary_that_was_taken_back_long_ago_is_erased(store: Store) -> None:
    for chat in (ANNA, BO):
        await with_a_cramp(store, chat)
    await store.write(partial(diaries.withdraw, chat_id=ANNA, now=NOW))
    erase = partial(diaries.erase_withdrawn, now=LATER, limit=10)
    assert await store.write(partial(erase, before=NOW)) == 0
    assert await store.write(partial(erase, before=LATER)) == 1
    assert await diary_of(store) is None
    assert await diary_of(store, BO)


async def test_the_time_that_entries_are_kept_can_be_chosen(store: Store) -> None:
    await agreed(store)
    await store.write(partial(diaries.set_keep_months, chat_id=ANNA, months=6))
    diary = await diary_of(store)
    assert diary
    assert diary.keep_months == 6


async def test_every_key_is_wrapped_again_by_the_first_master_key(store: Store) -> None:
    old, new = new_key(), new_key()
    for chat in (ANNA, BO):
        await with_a_cramp(store, chat, Vault((old,)))
    both = Vault((new, old))
    last: int | None = None
    looked_at: list[int] = []
    while not looked_at or last is not None:
        count, last = await store.write(partial(diaries.wrap_again, vault=both, after=last, limit=1))
        looked_at.append(count)
    assert looked_at == [1, 1, 0]
    assert await store.read(diaries.master_keys) == {*Vault((new,)).ids}
    sealed = await store.read(partial(cramps.read, chat_id=BO))
    assert sealed
    assert sealed.open(Vault((new,))) == [BAD]
    assert await store.write(partial(diaries.wrap_again, vault=both, after=None, limit=9)) == (0, max(ANNA, BO))


async def test_only_what_no_key_opens_is_erased_as_unreadable(store: Store) -> None:
    lost, ours = Vault((new_key(),)), VAULT
    await with_a_cramp(store, ANNA, lost)
    await with_a_cramp(store, BO, ours)
    assert await store.read(diaries.master_keys) == {*lost.ids, *ours.ids}
    assert await store.write(partial(diaries.erase_unreadable, vault=ours, now=LATER)) == 1
    assert await diary_of(store) is None
    assert await diary_of(store, BO)

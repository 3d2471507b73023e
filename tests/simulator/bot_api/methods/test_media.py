from typing import Any

import pytest

from simulator import Person, Simulator
from simulator.bot_api.media import LARGEST_PHOTO
from tests.support.bot_api_client import Client, RefusedError
from tests.support.pictures import gif, png


async def test_an_uploaded_picture_has_sizes(bot: Client, anna: Person) -> None:
    message = await bot.with_files("sendPhoto", {"photo": png(1000, 500)}, chat_id=anna.id, caption="Toes up")
    assert [(size["width"], size["height"]) for size in message["photo"]] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1000, 500),
    ]
    assert len({size["file_id"] for size in message["photo"]}) == 4
    assert message["caption"] == "Toes up"


async def test_a_picture_is_sent_again_by_any_of_its_ids(bot: Client, anna: Person) -> None:
    first = await bot.with_files("sendPhoto", {"photo": png(400, 400)}, chat_id=anna.id)
    for size in first["photo"]:
        again = await bot("sendPhoto", chat_id=anna.id, photo=size["file_id"])
        assert again["photo"] == first["photo"]


async def test_a_picture_may_be_attached_under_another_name(bot: Client, anna: Person) -> None:
    message = await bot.with_files("sendPhoto", {"cramp": png(50, 50)}, chat_id=anna.id, photo="attach://cramp")
    assert [size["width"] for size in message["photo"]] == [50]


@pytest.mark.parametrize(
    ("content", "description"),
    [
        (b"", "file must be non-empty"),
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (png(1, 30), "PHOTO_INVALID_DIMENSIONS"),
        (png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (
            b"\0" * (LARGEST_PHOTO + 1),
            "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
)
async def test_pictures_that_are_refused(bot: Client, anna: Person, content: bytes, description: str) -> None:
    with pytest.raises(RefusedError) as refused:
        await bot.with_files("sendPhoto", {"photo": content}, chat_id=anna.id)
    assert refused.value.description == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("photo", "description"),
    [
        ("", "there is no photo in the request"),
        ("attach://nothing", "there is no photo in the request"),
        ("AgACnonsense", "wrong remote file identifier specified: can't unserialize it. Wrong last symbol"),
    ],
)
async def test_missing_pictures(bot: Client, anna: Person, photo: str, description: str) -> None:
    assert await bot.refusal("sendPhoto", chat_id=anna.id, photo=photo) == f"Bad Request: {description}"


async def test_long_captions_are_refused(bot: Client, anna: Person) -> None:
    with pytest.raises(RefusedError, match="Bad Request: message caption is too long"):
        await bot.with_files("sendPhoto", {"photo": png(9, 9)}, chat_id=anna.id, caption="a" * 1025)


async def test_a_refused_request_stores_no_file(bot: Client) -> None:
    with pytest.raises(RefusedError, match="chat not found"):
        await bot.with_files("sendPhoto", {"photo": png(9, 9)}, chat_id=5)
    assert bot.simulator.world.files._folder is None


async def test_documents(bot: Client, anna: Person) -> None:
    message = await bot.with_files("sendDocument", {"document": b"%PDF"}, chat_id=anna.id)
    document = message["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("document.png", "image/png", 4)
    again = await bot("sendDocument", chat_id=anna.id, document=document["file_id"])
    assert again["document"] == document


async def test_a_document_that_is_a_picture_has_a_thumbnail(bot: Client, anna: Person) -> None:
    message = await bot.with_files("sendDocument", {"document": png(1000, 500)}, chat_id=anna.id)
    small = await bot.with_files("sendDocument", {"document": png(40, 20)}, chat_id=anna.id)
    sizes = [sent["document"]["thumbnail"] for sent in (message, small)]
    assert [(size["width"], size["height"]) for size in sizes] == [(320, 160), (40, 20)]


async def test_animations_are_documents_too(bot: Client, anna: Person) -> None:
    files = {"animation": gif(64, 32)}
    message = await bot.with_files("sendAnimation", files, chat_id=anna.id, duration=3)
    animation = message["animation"]
    assert (animation["width"], animation["height"], animation["duration"]) == (64, 32, 3)
    assert message["document"]["file_id"] == animation["file_id"]


@pytest.mark.parametrize(
    ("kind", "sent", "details"),
    [
        (
            "audio",
            {"duration": 3, "performer": "Bo", "title": "Song"},
            {"duration": 3, "performer": "Bo", "title": "Song"},
        ),
        ("video", {"duration": 3, "width": 64, "height": 32}, {"duration": 3, "width": 64, "height": 32}),
        ("video_note", {"duration": 3, "length": 99}, {"duration": 3, "length": 99}),
        ("voice", {"duration": 3}, {"duration": 3}),
        ("sticker", {"emoji": "🦵"}, {"emoji": "🦵", "type": "regular", "is_animated": False, "is_video": False}),
    ],
)
async def test_files_of_every_kind(
    bot: Client, anna: Person, kind: str, sent: dict[str, Any], details: dict[str, Any]
) -> None:
    method = f"send{kind.replace('_', '')}"
    file = (await bot.with_files(method, {kind: b"content"}, chat_id=anna.id, **sent))[kind]
    assert {name: file[name] for name in details} == details
    assert file["file_size"] == 7
    again = await bot(method, chat_id=anna.id, **{kind: file["file_id"]})
    assert again[kind] == file
    assert (await bot("getFile", file_id=file["file_id"]))["file_path"].startswith(f"{kind}s/")


async def test_what_a_file_is_like_has_defaults(bot: Client, anna: Person) -> None:
    video = (await bot.with_files("sendVideo", {"video": b"x"}, chat_id=anna.id))["video"]
    assert (video["width"], video["height"], video["duration"]) == (320, 240, 0)


async def test_thumbnails_and_covers(bot: Client, anna: Person) -> None:
    files = {"video": b"x", "thumbnail": png(90, 45), "cover": png(320, 160)}
    video = (await bot.with_files("sendVideo", files, chat_id=anna.id))["video"]
    assert (video["thumbnail"]["width"], video["thumbnail"]["height"]) == (90, 45)
    assert [size["width"] for size in video["cover"]] == [90, 320]
    files = {"live_photo": b"x", "photo": png(90, 45)}
    message = await bot.with_files("sendLivePhoto", files, chat_id=anna.id)
    live = message["live_photo"]
    assert message["photo"] == live["photo"]
    photo = message["photo"][0]["file_id"]
    again = await bot("sendLivePhoto", chat_id=anna.id, live_photo=live["file_id"], photo=photo)
    assert again["live_photo"] == live
    with pytest.raises(RefusedError, match="IMAGE_PROCESS_FAILED"):
        await bot.with_files("sendLivePhoto", {"live_photo": b"x", "photo": b"no picture"}, chat_id=anna.id)
    refusal = await bot.refusal("sendLivePhoto", chat_id=anna.id, live_photo=live["file_id"])
    assert refusal == "Bad Request: there is no photo in the request"


async def test_a_url_is_not_fetched(bot: Client, anna: Person) -> None:
    photo = (await bot("sendPhoto", chat_id=anna.id, photo="https://a.se/b"))["photo"]
    assert [(size["width"], size["height"]) for size in photo] == [(1, 1)]
    document = (await bot("sendDocument", chat_id=anna.id, document="https://a.se/b/report.pdf?x=1"))["document"]
    assert (document["file_name"], document["mime_type"]) == ("report.pdf", "application/pdf")


def album(*kinds: str) -> list[dict[str, str]]:
    return [{"type": kind, "media": "attach://file", "caption": kind} for kind in kinds]


async def test_an_album(bot: Client, simulator: Simulator, anna: Person) -> None:
    files = {"file": png(9, 9)}
    one, two = await bot.with_files("sendMediaGroup", files, chat_id=anna.id, media=album("photo", "video"))
    assert (one["caption"], two["caption"]) == ("photo", "video")
    assert one["media_group_id"] == two["media_group_id"]
    assert two["video"]
    (other,) = await bot.with_files("sendMediaGroup", files, chat_id=anna.id, media=album("photo"))
    assert other["media_group_id"] != one["media_group_id"]
    assert simulator.judge.total == 3


@pytest.mark.parametrize(
    ("media", "description"),
    [
        ("", 'parameter "media" is required'),
        ("[", "can't parse media JSON object"),
        ({}, "expected an Array of InputMedia"),
        ([], "there are no messages to send"),
        (["a"], "can't parse InputMedia: expected an Object"),
        ([{"type": "photo"}], "can't parse InputMedia: media not found"),
        ([{"type": "live_photo", "media": "attach://file"}], "can't parse InputMedia: photo not found"),
        (album(*["photo"] * 11), "too many messages to send as an album"),
        (album("photo", "audio"), "audio can't be mixed with other media types"),
        (album("photo", "document"), "document can't be mixed with other media types"),
        (album("animation"), "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup"),
    ],
)
async def test_albums_that_are_refused(bot: Client, anna: Person, media: Any, description: str) -> None:
    with pytest.raises(RefusedError) as refused:
        await bot.with_files("sendMediaGroup", {"file": png(9, 9)}, chat_id=anna.id, media=media)
    assert refused.value.description == f"Bad Request: {description}"
    assert bot.simulator.judge.total == 0


async def test_a_document_is_no_picture(bot: Client, anna: Person) -> None:
    message = await bot.with_files("sendDocument", {"document": b"%PDF"}, chat_id=anna.id)
    refusal = await bot.refusal("sendPhoto", chat_id=anna.id, photo=message["document"]["file_id"])
    assert refusal == "Bad Request: can't use file of type Document as Photo"


async def test_flags_of_pictures(bot: Client, anna: Person) -> None:
    flags = {"has_spoiler": True, "show_caption_above_media": True}
    message = await bot.with_files("sendPhoto", {"photo": png(9, 9)}, chat_id=anna.id, **flags)
    assert message["has_media_spoiler"] is True
    assert message["show_caption_above_media"] is True


@pytest.mark.parametrize(
    ("media", "description"),
    [
        ("{", "can't parse input media JSON object"),
        ([], "can't parse InputMedia: expected an Object"),
        ({"type": "voice", "media": "x"}, 'can\'t parse InputMedia: type "voice" is unsupported'),
        ({"type": "photo"}, "can't parse InputMedia: media not found"),
        ({"type": "photo", "media": "attach://x"}, "can't parse InputMedia: media not found"),
    ],
)
async def test_invalid_media(bot: Client, anna: Person, media: Any, description: str) -> None:
    message = await bot.with_files("sendPhoto", {"photo": png(9, 9)}, chat_id=anna.id)
    refusal = await bot.refusal("editMessageMedia", chat_id=anna.id, message_id=message["message_id"], media=media)
    assert refusal == f"Bad Request: {description}"

from simulator import Simulator
from simulator.bot_api.media import media_content
from simulator.bot_api.parameters import Parameters
from simulator.state.files import KINDS, Upload, type_of
from tests.support.bot_api_types import problems
from tests.support.pictures import png


def test_the_object_of_every_kind_is_one_of_the_bot_api() -> None:
    world = Simulator().world
    for kind in KINDS:
        sent = Parameters({"caption": "a"}, dict.fromkeys((kind, "photo"), Upload("a.png", "image/png", png(9, 9))))
        content = media_content(world, kind, sent)
        expected = "Array of PhotoSize" if kind == "photo" else type_of(kind)
        assert list(problems(content[kind], expected)) == [], kind
        assert ("caption" in content) is (kind not in ("sticker", "video_note"))
    world.files.close()

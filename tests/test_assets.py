"""The pictures keep one set of rules, and every PNG is what ``python -m assets`` makes from its SVG."""

import re
import struct
from base64 import b64encode
from pathlib import Path
from xml.etree import ElementTree

import orjson
import pytest
import resvg_py

import assets
from assets import bot_api

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = {
    "foot-and-toes",
    "front-thigh",
    "hamstring-chair",
    "stretch-foot",
    "stretch-front-thigh",
    "stretch-hamstring",
    "toes-to-you",
    "towel-calf-stretch",
    "wall-stretch",
}
LEFT = {
    "stretch-foot-left",
    "stretch-front-thigh-left",
    "stretch-hamstring-left",
    "towel-calf-stretch-left",
    "wall-stretch-left",
}
"""PNGs that are mirrored for the left leg. In a cramp nobody knows the side, so the pictures of the steps have none."""
STEPS = ("foot-and-toes", "front-thigh", "hamstring-chair", "toes-to-you")
"""Pictures above steps are flat, so that a small phone shows picture, steps and buttons at once."""
WALL = assets.FOLDER / "wall-stretch.svg"
NIGHT, FIGURE, MUSCLE, ARROW = "#1f2a3c", "#efe6d5", "#d95f2b", "#7fd1c7"
PALETTE = {
    NIGHT,
    FIGURE,
    MUSCLE,
    ARROW,
    "#3c4c66",
    "#47566f",
    "#5c6d8c",
    "#6d82a6",
    "#8a6a55",
    "#8fa6cc",
    "#b5a48b",
    "#b39e6c",
    "#f3d58a",
}
JOINTS = {
    "shank": "0 43",
    "foot": "0 43",
    "neck": "0 -52",
    "upper-arm": "0 -49",
    "forearm": "0 32",
    "hand": "0 25",
    "fist": "0 25",
    "hook": "0 25",
}
"""Where each part of the figure hangs from the part before it, in centimetres."""
BENDS = {"shank": (0, 150), "foot": (-30, 50), "neck": (-60, 50), "forearm": (-150, 5), "hand": (-90, 90)}
"""How far the joints of a body turn, in degrees. Plus is clockwise in a person who looks right."""

every_svg = pytest.mark.parametrize("source", assets.sources(), ids=lambda source: source.stem)
every_picture = pytest.mark.parametrize(
    "source",
    [source for source in assets.sources() if source.stem != assets.LOGO],
    ids=lambda source: source.stem,
)


def shapes(source: Path) -> list[tuple[str, str]]:
    """Return class and outline of each path of an SVG."""
    paths = ElementTree.parse(source).getroot().iter(SVG + "path")
    return [(name, path.get("d", "")) for path in paths for name in path.get("class", "").split()]


FIGURE_SHEET = dict(shapes(assets.FIGURE))
STYLES = {"skin", "far", "hair", "shirt", "far-shirt", "shorts", "far-shorts", "muscle", "edge", "crease"}
SHAPES = FIGURE_SHEET.keys() - STYLES


def size(png: bytes) -> tuple[int, int]:
    """Return width and height, from the header of a PNG."""
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


def difference(one: bytes, other: bytes) -> bytes:
    """Return a PNG that is black where two PNGs differ by fewer than 12 of 255 levels, and coloured elsewhere.

    The SVG renderer does the calculation, so the tests need no image library.
    """
    width, height = size(one)
    layer = '<image width="{}" height="{}" href="data:image/png;base64,{}" {}/>'
    layers = layer.format(width, height, b64encode(one).decode(), "") + layer.format(
        width, height, b64encode(other).decode(), 'style="mix-blend-mode:difference"'
    )
    channels = "".join(f'<feFunc{name} type="linear" slope="255" intercept="-12"/>' for name in "RGB")
    return resvg_py.svg_to_bytes(
        svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<filter id="f" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">'
        f"<feComponentTransfer>{channels}</feComponentTransfer></filter>"
        f'<g filter="url(#f)">{layers}</g></svg>',
        width=width,
        skip_system_fonts=True,
    )


def black(width: int, height: int) -> bytes:
    """Return the PNG that ``difference`` returns for two equal pictures of this size."""
    return resvg_py.svg_to_bytes(
        svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}"/></svg>',
        width=width,
        skip_system_fonts=True,
    )


def looks_the_same(one: bytes, other: bytes) -> bool:
    """Return whether two PNGs look the same. Processors may round by a shade differently, but no line may move."""
    return size(one) == size(other) and difference(one, other) == black(*size(one))


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2 defines it."""
    levels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_picture_is_there() -> None:
    assert {source.stem for source in assets.sources()} == PICTURES | {assets.LOGO}
    assert {path.stem for path in assets.FOLDER.glob("*.png")} == PICTURES | LEFT | {assets.LOGO}


@every_svg
def test_pngs_are_made_from_the_svg(source: Path) -> None:
    for name, png in assets.pictures_of(source).items():
        assert looks_the_same(png, (assets.FOLDER / name).read_bytes())


def test_a_moved_line_is_noticed() -> None:
    svg = WALL.read_text()
    assert not looks_the_same(assets.render(svg.replace("M-66 40 L-66 76", "M-65.5 40 L-65.5 76")), assets.render(svg))


def test_one_shade_is_not_noticed() -> None:
    svg = WALL.read_text()
    shaded = assets.render(svg.replace(FIGURE, "#eee5d4"))
    assert shaded != assets.render(svg)
    assert looks_the_same(shaded, assets.render(svg))


def test_the_left_leg_is_the_mirrored_right_leg() -> None:
    right = WALL.read_text()
    left = assets.mirrored(right)
    assert not looks_the_same(assets.render(left), assets.render(right))
    assert looks_the_same(assets.render(assets.mirrored(left)), assets.render(right))


def test_make_writes_the_pngs_beside_every_svg_and_rendering_twice_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in assets.sources():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    written = assets.make()
    assert {path.stem for path in written} == PICTURES | LEFT | {assets.LOGO}
    expected = {name: png for source in assets.sources() for name, png in assets.pictures_of(source).items()}
    assert {path.name: path.read_bytes() for path in written} == expected


def test_an_invalid_svg_is_refused() -> None:
    with pytest.raises(ValueError):
        assets.render("<svg")


@every_svg
def test_png_is_small_enough_to_send_quickly(source: Path) -> None:
    assert source.with_suffix(".png").stat().st_size < 40_000


@every_picture
def test_picture_is_wide_and_leaves_room_for_the_text(source: Path) -> None:
    assert size(source.with_suffix(".png").read_bytes()) == (1080, 270 if source.stem in STEPS else 540)


def without_sides(svg: str) -> str:
    """Return the drawing with its left and right fifth covered, which Telegram may cut off a flat picture."""
    x, y, width, height = map(float, re.findall(r"[-\d.]+", svg.partition('viewBox="')[2].partition('"')[0]))
    floor = re.search(r'class="floor" x="[^"]+" y="([\d.]+)"', svg)
    tops = [("night", y), *([("floor", float(floor[1]))] if floor else [])]
    sides = [(name, left, top) for name, top in tops for left in (x, x + 0.81 * width)]
    cover = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>'
    return svg.replace("</svg>", "".join(cover.format(*side, 0.19 * width, height) for side in sides) + "</svg>")


@pytest.mark.parametrize("name", STEPS)
def test_a_flat_picture_has_nothing_in_its_outer_fifths(name: str) -> None:
    """Telegram for Android shows a picture at least 120 dp high, and cuts the sides off a flatter one."""
    svg = (assets.FOLDER / f"{name}.svg").read_text()
    assert looks_the_same(assets.render(without_sides(svg)), assets.render(svg))


def test_logo_is_square() -> None:
    assert size((assets.FOLDER / "charley.png").read_bytes()) == (512, 512)


@every_svg
def test_svg_has_a_description_and_loads_nothing(source: Path) -> None:
    root = ElementTree.parse(source).getroot()
    for name in ("title", "desc"):
        assert (root.findtext(SVG + name) or "").strip()
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "rect", "circle", "ellipse", "path"}
    assert "href" not in source.read_text()


@every_svg
def test_svg_uses_the_one_palette_and_every_style(source: Path) -> None:
    text = source.read_text()
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", text)) <= PALETTE
    styled = set(re.findall(r"^ +\.([a-z-]+) \{", text, re.MULTILINE))
    used = {name for names in re.findall(r'class="([^"]+)"', text) for name in names.split()}
    assert styled == used - SHAPES


@every_svg
def test_the_figure_has_the_shapes_of_the_sheet(source: Path) -> None:
    copies = [(name, outline) for name, outline in shapes(source) if name in SHAPES]
    assert copies == [(name, FIGURE_SHEET[name]) for name, _ in copies]


@every_svg
def test_joints_are_where_a_body_has_them_and_bend_as_far(source: Path) -> None:
    for group in ElementTree.parse(source).getroot().iter(SVG + "g"):
        held = {name for path in group.findall(SVG + "path") for name in path.get("class", "").split()}
        for name in held & JOINTS.keys():
            joint = re.match(r"translate\((.+?)\) rotate\((.+?)\)", group.get("transform", ""))
            low, high = BENDS.get(name, (-360, 360))
            assert joint
            assert joint[1] == JOINTS[name]
            assert low <= float(joint[2]) <= high


@every_picture
def test_picture_has_one_arrow_and_one_marked_muscle(source: Path) -> None:
    root = ElementTree.parse(source).getroot()
    classes = [element.get("class") for element in root.iter()]
    assert [name.split()[0] for name in classes if name].count("muscle") == 1
    assert [group.tag for group in root if any(part.get("class") == "arrow" for part in group)] == [SVG + "g"]


def test_figure_muscle_and_arrow_have_enough_contrast() -> None:
    assert luminance(NIGHT) < 0.05
    assert contrast(FIGURE, NIGHT) > 7
    assert contrast(ARROW, NIGHT) > 7
    assert contrast(MUSCLE, NIGHT) > 3
    assert contrast(MUSCLE, FIGURE) >= 3


def test_the_shortened_specification_has_names_and_types_only() -> None:
    source = {
        "version": "Bot API 1",
        "methods": {"getMe": {"returns": ["User"], "description": ["a"]}},
        "types": {
            "User": {"fields": [{"name": "id", "types": ["Integer", "String"], "required": False, "description": "b"}]},
            "Menu": {"subtypes": ["MenuDefault"]},
        },
    }
    assert orjson.loads(bot_api.shortened(source)) == {
        "version": "Bot API 1",
        "methods": {"getMe": {"returns": "User", "fields": {}}},
        "types": {"User": {"fields": {"id": "Integer|String?"}}, "Menu": {"subtypes": ["MenuDefault"]}},
    }

import pytest

from simulator.state.pictures import picture_size
from tests.support.pictures import bmp, gif, jpeg, png, webp


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png(30, 20), (30, 20)),
        (gif(30, 20), (30, 20)),
        (jpeg(30, 20), (30, 20)),
        (webp(30, 20), (30, 20)),
        (bmp(30, 20), (30, 20)),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>', None),
        (jpeg(30, 20)[:8], None),
        (png(30, 20)[:20], None),
        (png(1, 1)[:16] + b"\0" * 8, None),
        (b"%PDF", None),
        (b"", None),
    ],
)
def test_sizes_of_pictures(content: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(content) == size

from pathlib import Path

import pytest

from simulator.state.files import Files, Upload
from tests.support.pictures import png


@pytest.mark.parametrize(
    ("size", "widths"),
    [((50, 50), [50]), ((320, 100), [90, 320]), ((3000, 1500), [90, 320, 800, 1280, 2560]), ((10, 200), [4, 10])],
)
def test_the_sizes_of_a_photo(size: tuple[int, int], widths: list[int]) -> None:
    files = Files()
    made = files.add_photo(Upload("a.png", "image/png", png(*size)), *size)
    files.close()
    assert [file.details["width"] for file in made] == widths


def test_closing_removes_the_files() -> None:
    files = Files()
    file = files.add("document", Upload("report.pdf", "application/pdf", b"%PDF"))
    assert file.path.read_bytes() == b"%PDF"
    assert files.at(file.remote_path) is files.get(file.id) is file
    assert Path(file.remote_path).suffix == ".pdf"
    folder = file.path.parent
    files.close()
    assert not folder.exists()
    assert files.get(file.id) is None


def test_the_same_picture_twice_has_two_ids_and_one_unique_id() -> None:
    files = Files()
    one, two = (files.add_photo(Upload("a.png", "", png(9, 9)), 9, 9)[0] for _ in range(2))
    files.close()
    assert one.id != two.id
    assert one.unique_id == two.unique_id

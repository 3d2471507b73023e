import pytest

from simulator.markup.character_references import byte_offset, character_reference


@pytest.mark.parametrize(
    ("source", "character", "goes_on"),
    [("&lt;x", "<", 4), ("&ltx", "&", 1), ("&#60;", "<", 5), ("&#x3c;", "<", 6), ("&x;", "&", 1), ("&", "&", 1)],
)
def test_references(source: str, character: str, goes_on: int) -> None:
    assert character_reference(source, 0) == (character, goes_on)


def test_positions_in_errors_count_bytes() -> None:
    assert byte_offset("aå\U0001f9b5b", 3) == 7

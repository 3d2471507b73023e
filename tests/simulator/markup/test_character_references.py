import pytest

from simulator.markup.character_references import character_reference, decoded


@pytest.mark.parametrize(
    ("source", "character", "goes_on"),
    [
        ("&lt;x", "<", 4),
        ("&ltx", "&", 1),
        ("&#60;", "<", 5),
        ("&#x3c;", "<", 6),
        ("&#X3C;", "<", 6),
        ("&x;", "&", 1),
        ("&", "&", 1),
    ],
)
def test_references(source: str, character: str, goes_on: int) -> None:
    assert character_reference(source, 0) == (character, goes_on)


def test_all_references_in_a_text() -> None:
    assert decoded("&lt;a&gt; & &amp;&quot") == '<a> & &"'

from simulator.markup.tags import read_tag


def test_a_tag_has_a_name_attributes_and_an_end() -> None:
    source = "x<A  HREF = 'a&amp;b' c=D e>y"
    assert read_tag(source, 1) == ("a", {"HREF": "a&b", "c": "d", "e": ""}, len(source) - 1)


def test_two_references_in_one_value() -> None:
    assert read_tag('<a href="&lt;&gt;&">', 0)[1] == {"href": "<>&"}

import pytest

from simulator.markup.bank_cards import bank_cards


def cards(text: str) -> list[str]:
    return [text[start:end] for start, end in bank_cards(text)]


@pytest.mark.parametrize(
    "number",
    [
        "4222222222222", "4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "5555555555554444",
        "2223003122003222", "378282246310005", "6200000000000005", "8171999927660000", "2200000000000004",
        "30569309025904", "3530111333300000",
    ],
)  # fmt: skip
def test_numbers_of_cards(number: str) -> None:
    assert cards(number) == [number]
    assert cards(f"pay with {number}, please") == [number]
    assert cards(f"{number} 12 34") == ([number] if number.isdecimal() and len(number) >= 16 else [])


@pytest.mark.parametrize(
    "text",
    [
        "", "12", "4242424242424243", "42424242424242424242", "424242424242", "555555555555444", "3782822463100050",
        "+4242424242424242", "-4242424242424242", "a4242424242424242", "4242424242424242a", "4242424242424242-",
        "4  2  4  2  4  2  4  2  4  2  4  2  4  2  4  2",
    ],
)  # fmt: skip
def test_other_numbers(text: str) -> None:
    assert cards(text) == []


def test_a_number_behind_a_sign_hides_the_rest_of_the_line_of_digits() -> None:
    assert cards("+1 4242424242424242") == []
    assert cards("+1, 4242424242424242") == ["4242424242424242"]

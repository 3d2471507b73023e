"""The numbers to call are those of the person's country."""

import pytest
from phonenumbers import is_valid_number, parse
from phonenumbers.shortnumberinfo import is_emergency_number, is_valid_short_number_for_region

from bot.content import Edition, Page, Paragraph
from bot.content.number_placeholders import EmergencyNumbers, with_numbers
from handlers import cramp, unknown
from tests.support.running_bot import content

NUMBERS = content()["en"].numbers
COUNTRIES = [(number, country) for number, all_ in NUMBERS.emergency_by_country.items() for country in all_.split()]
TABLE = EmergencyNumbers(
    emergency_by_country={"112": "SE DK", "999": "GB"},
    advice_by_country={"1177": "SE", "111": "GB"},
    in_full={"1177": "+46 771 11 77 00"},
    doctor="a doctor",
    unknown_emergency="112 or another",
    unknown_doctor="some doctor",
)


def test_every_number_reaches_the_emergency_services_of_its_countries() -> None:
    assert len(COUNTRIES) > 130
    assert [pair for pair in COUNTRIES if not is_emergency_number(*pair)] == []


def test_no_country_stands_in_the_table_twice() -> None:
    countries = [country for _, country in COUNTRIES]
    assert len(countries) == len(set(countries))


def test_every_number_for_advice_exists_and_can_be_called_from_abroad() -> None:
    for number, countries in NUMBERS.advice_by_country.items():
        for country in countries.split():
            assert is_valid_short_number_for_region(parse(number, country), country)
            assert country in {country for _, country in COUNTRIES}
    assert NUMBERS.in_full.keys() <= NUMBERS.advice_by_country.keys()
    assert all(is_valid_number(parse(number)) for number in NUMBERS.in_full.values())


@pytest.mark.parametrize(("country", "numbers"), [
    ("SE", ("112", "1177", "1177 (+46 771 11 77 00)")), ("GB", ("999", "111", "111")), ("DK", ("112", "a doctor", "a doctor")),
    ("XX", ("112 or another", "some doctor", "some doctor")), (None, ("112 or another", "some doctor", "some doctor")),
])  # fmt: skip
def test_the_numbers_of_a_country(country: str | None, numbers: tuple[str, ...]) -> None:
    assert TABLE.of(country) == numbers


def test_only_blocks_that_name_a_number_are_copied() -> None:
    call, rest = Paragraph(text="Call {emergency}, or {doctor_in_full}."), Paragraph(text="Rest.")
    page = Page(button="Page", body={"call": call, "rest": rest})
    filled = with_numbers(page, TABLE.of("SE"))
    assert filled.body["call"].text == "Call 112, or 1177 (+46 771 11 77 00)."
    assert filled.body["rest"] is rest
    assert with_numbers(rest, TABLE.of("SE")) is rest


@pytest.mark.parametrize(("language", "country", "number"), [
    ("en", "US", "Call 911 now"), ("en", "SE", "Call 112 now"), ("en", "AU", "Call 000 now"), ("sv", "GB", "Ring 999 nu"),
    ("en", None, "Call 112 (or your local emergency number) now"), ("sv", None, "Ring 112 (utomlands: lokalt nödnummer) nu"),
])  # fmt: skip
def test_the_danger_screens_begin_with_the_number(language: str, country: str | None, number: str) -> None:
    edition = content().edition(language, country=country)
    for draft in (cramp.danger(edition), cramp.emergency(edition), cramp.signs(edition)):
        assert number in draft.text.splitlines()[0]
    assert number in unknown.not_understood(edition).text
    assert number.split()[1] in cramp.crisis(edition).text


def test_no_screen_is_left_with_a_placeholder() -> None:
    editions: list[Edition] = [*content().values(), content().edition("en", country="GB")]
    for edition in editions:
        shown = " ".join(edition.html(screen) for _, screen in edition.screens())
        assert "{" not in shown + " ".join(tip.text for tip in edition.tips.values())


def test_countries_with_the_same_numbers_share_an_edition() -> None:
    finland, germany = (content().edition("en", country=country) for country in ("FI", "DE"))
    assert finland is germany
    assert content().edition("en", country="US") is not germany

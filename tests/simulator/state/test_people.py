from simulator.state.locations import location_of
from simulator.state.people import Person


def test_a_person_as_the_bot_and_as_the_page_sees_them() -> None:
    person = Person(1, "Anna", "sv")
    assert person.user() == {"id": 1, "is_bot": False, "first_name": "Anna", "language_code": "sv"}
    assert person.as_json()["time_zone"] == "Europe/Stockholm"


def test_a_person_lives_in_the_city_of_their_time_zone_until_they_go_elsewhere() -> None:
    person = Person(1, "Anna", time_zone="Asia/Tokyo")
    assert person.as_json()["location"] == list(location_of("Asia/Tokyo"))
    person.time_zone = "Europe/London"
    assert person.whereabouts == location_of("Europe/London")
    person.location = (1.0, 2.0)
    assert person.whereabouts == (1.0, 2.0)

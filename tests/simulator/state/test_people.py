from simulator.state.people import Person


def test_a_person_as_the_bot_and_as_the_page_sees_them() -> None:
    person = Person(1, "Anna", "sv")
    assert person.user() == {"id": 1, "is_bot": False, "first_name": "Anna", "language_code": "sv"}
    assert person.as_json()["time_zone"] == "Europe/Stockholm"

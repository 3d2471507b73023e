from simulator.faults.answers import description_of


def test_descriptions_for_any_status() -> None:
    assert description_of(504, None) == "Gateway Timeout"
    assert description_of(599, None) == "Internal Server Error"

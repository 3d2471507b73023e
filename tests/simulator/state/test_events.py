import orjson

from simulator.state.events import MOST_WAITING, Events


def decoded(event: bytes | None) -> object:
    assert event is not None
    return orjson.loads(event.removeprefix(b"data: "))


def test_every_listener_gets_every_event() -> None:
    events = Events()
    events.publish("clock")
    with events.listening() as one, events.listening() as two:
        assert events.has_listeners
        events.publish("typing", 5, action="typing")
        for listener in (one, two):
            assert decoded(listener.get_nowait()) == {"person": 5, "kind": "typing", "action": "typing"}
            assert listener.empty()
    assert not events.has_listeners


def test_events_end_with_an_empty_line() -> None:
    events = Events()
    with events.listening() as listener:
        events.publish("bot")
        event = listener.get_nowait()
    assert event
    assert event.startswith(b"data: {")
    assert event.endswith(b"}\n\n")


def test_a_listener_that_does_not_read_is_dropped() -> None:
    events = Events()
    with events.listening() as listener:
        for _ in range(MOST_WAITING + 1):
            events.publish("bot")
        assert listener.get_nowait() is None
        assert not events.has_listeners


def test_closing_ends_every_stream() -> None:
    events = Events()
    with events.listening() as listener:
        events.close()
        assert listener.get_nowait() is None

import pytest

from simulator.faults.fault import Fault, fault_from_json


def test_a_fault_from_json() -> None:
    described = {"methods": ["sendMessage"], "chats": [5], "status": 429, "retry_after": 3, "times": None}
    fault = fault_from_json(described)
    assert fault == Fault(methods={"sendMessage"}, chats={5}, status=429, retry_after=3, times=None)
    assert fault.as_json()["methods"] == ["sendmessage"]


@pytest.mark.parametrize(
    ("described", "complaint"),
    [
        ({"cut": "throat"}, "there is no cut 'throat'"),
        ({"body": "dead"}, "there is no body 'dead'"),
        ({"when": "now", "colour": 1}, "a fault has no field colour, when"),
    ],
)
def test_invalid_faults(described: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        fault_from_json(described)


def test_a_fault_is_an_object() -> None:
    with pytest.raises(TypeError):
        fault_from_json([])


def test_a_fault_without_status_answers_200() -> None:
    assert Fault(body="no_result").answer() == (200, b'{"ok":true}', "application/json", None)

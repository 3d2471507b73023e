"""Faults on demand: which requests go wrong, and how.

A fault says which requests it strikes (`methods`, `chats`, after the first `skip`, at most `times`, by `chance`, or
by a Python predicate `when`) and what happens to them:

- `delay` seconds pass before the request is carried out, `hold` seconds after it, before the answer;
- with `status` or `body` another answer is given; the request is carried out before that only if `deliver`;
- `cut` breaks the connection: at "accept" (before anything is read), after the "headers", after the whole request
  ("body"), once it was carried out but without an answer ("delivered"), in the "half" of the answer, or after an
  answer that promised to keep the connection ("close").
"""

from simulator.faults.active_faults import Faults
from simulator.faults.answers import Body
from simulator.faults.fault import Cut, Fault, Request, fault_from_json

__all__ = ["Body", "Cut", "Fault", "Faults", "Request", "fault_from_json"]

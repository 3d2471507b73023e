"""Faults on purpose: which requests of the bot go wrong, and how. `Fault` describes one, `Faults` holds those in force.

A fault strikes the requests that match its `methods`, `chats` and `when` (a Python predicate). It lets the first `skip`
of them pass, strikes each of the others with the probability `chance`, and ends after it has struck `times` requests.
What happens to a request that it strikes:

- `delay` seconds pass before the request is carried out, and `hold` seconds between that and the response.
- With `status` or `body`, the bot gets that response instead of the true one. The request is not carried out, unless
  `deliver` is set: then the bot gets an error although its message was delivered.
- `cut` breaks the connection: "accept" before anything is read, "headers" after the headers, "body" after the whole
  request, "delivered" after the request is carried out and before the response, "half" in the middle of the response,
  "close" after a response that promised to keep the connection open.
"""

from simulator.faults.active_faults import Faults
from simulator.faults.fault import Cut, Fault, Request, fault_from_json

__all__ = ["Cut", "Fault", "Faults", "Request", "fault_from_json"]

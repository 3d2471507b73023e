"""How fast messages leave: Telegram's limits, kept strictly, and a breaker for its outages."""

from bot.messages.limits.breaker import Breaker
from bot.messages.limits.limiter import LONGEST_WAIT_SECONDS, Departure, Limiter
from bot.messages.limits.quota import Asked, Granted, Quota
from bot.messages.limits.rates import UNLIMITED, Rates
from bot.messages.limits.shared import Ask

__all__ = [
    "LONGEST_WAIT_SECONDS",
    "UNLIMITED",
    "Ask",
    "Asked",
    "Breaker",
    "Departure",
    "Granted",
    "Limiter",
    "Quota",
    "Rates",
]

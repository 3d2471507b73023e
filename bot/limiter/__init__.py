"""How fast messages leave: Telegram's limits, kept strictly, and a breaker for its outages."""

from bot.limiter.breaker import Breaker
from bot.limiter.limiter import LONGEST_WAIT_SECONDS, Departure, Limiter
from bot.limiter.quota import Asked, Granted, Quota
from bot.limiter.rates import FREE_PER_SECOND, PAID_PER_SECOND, UNLIMITED, Rates
from bot.limiter.shared import Ask

__all__ = [
    "FREE_PER_SECOND",
    "LONGEST_WAIT_SECONDS",
    "PAID_PER_SECOND",
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

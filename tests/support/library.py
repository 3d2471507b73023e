"""python-telegram-bot, pointed at a simulator and changed in nothing else."""

from typing import Any

from telegram.ext import Application, ApplicationBuilder

from simulator import Simulator

App = Application[Any, Any, Any, Any, Any, Any]


def built(simulator: Simulator, token: str = "") -> App:
    return (
        ApplicationBuilder()
        .token(token or simulator.token)
        .base_url(f"{simulator.url}/bot")
        .base_file_url(f"{simulator.url}/file/bot")
        .build()
    )

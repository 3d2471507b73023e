"""A plain python-telegram-bot application that talks to a simulator, and is changed in nothing else."""

from typing import Any

from telegram.ext import Application, ApplicationBuilder

from simulator import Simulator

App = Application[Any, Any, Any, Any, Any, Any]


def build_application(simulator: Simulator, token: str = "") -> App:
    """Return the application, by default with the simulator's own token."""
    return (
        ApplicationBuilder()
        .token(token or simulator.token)
        .base_url(f"{simulator.url}/bot")
        .base_file_url(f"{simulator.url}/file/bot")
        .build()
    )

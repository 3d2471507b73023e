"""Import everything that a bot process needs, and read the content once. The fork server imports this module."""

import importlib
import pkgutil
import sys

import bot
import handlers
import scheduler
from bot.config import ROOT
from tests.support import running_bot

load = handlers.load_content
handlers.load_content = lambda folder: running_bot.content() if folder == ROOT else load(folder)

for package in (bot, handlers, scheduler):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
running_bot.content()

# A program that runs the bot may change a module before bot.run is imported, so bot.run is imported again.
del sys.modules["bot.run"]
delattr(bot, "run")

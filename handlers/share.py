"""Sending the steps to somebody: people write the bot's name in any chat and choose a muscle. Nothing is stored."""

from typing import Any

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import InlineQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model
from bot.content.telegram_html import visible
from bot.messages.sender import Draft
from bot.parsing.intent import understand
from handlers import cramp

ANSWER_SECONDS = 300
"""How long Telegram may show a person the same results again. They change only with the content."""


class Words(Model):
    """The words below the steps that somebody was sent."""

    open_button: Label


def handlers(services: Services) -> list[Handler]:
    return [InlineQueryHandler(offer)]


async def offer(update: Update, context: BotContext) -> None:
    """Offer the steps for each muscle, first those for the muscle that the query names."""
    query = context.event.inline_query
    assert query, "InlineQueryHandler passes only inline queries"
    content = context.services.content
    # Whoever gets the steps may be in another country, so the steps do not give the number of one country alone.
    edition = content.edition(context.edition.code)
    named = understand(query.query, content.rules).muscle
    first_named = sorted(cramp.MUSCLES, key=lambda muscle: muscle != named)
    results = [result(edition, muscle, context.bot.username) for muscle in first_named]
    await context.services.sender.answer_inline(query.id, results, ANSWER_SECONDS)


def result(edition: Edition, muscle: str, username: str) -> dict[str, Any]:
    """Return the steps for a muscle as one of the results of an inline query."""
    draft = message(edition, muscle, username)
    return {
        "type": "article",
        "id": muscle,
        "title": cramp.muscle_names(edition)[muscle],
        "description": visible(draft.text).partition("\n")[0],
        "input_message_content": {
            "message_text": draft.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
        **draft.markup,
    }


def message(edition: Edition, muscle: str, username: str) -> Draft:
    """Return the steps for a muscle, with the number to call. The buttons lead into the chat with the bot.

    The bot is in no chat where somebody sends this, so it could not answer a press there.
    """
    words, link = edition.words(cramp.Words), f"https://t.me/{username}?start="
    text = f"{cramp.steps(edition, muscle).text}\n{words.still.body['emergency'].text}"
    swollen = Button(words.danger_button, url=f"{link}{cramp.SWOLLEN}", style=Style.DANGER)
    return Draft(text, [[swollen], [Button(edition.words(Words).open_button, url=f"{link}cramp")]])

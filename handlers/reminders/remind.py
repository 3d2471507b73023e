"""All reminders in one message: what is on and when, and the ways to turn on, change, pause and stop."""

from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, paragraph, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft, Rows
from bot.store.plans import Plan
from handlers import membership
from handlers.reminders import reminder_kind
from handlers.timezone import clock


class Words(Model):
    """The words around all reminders."""

    title: Label
    none: Text
    on_line: Annotated[Text, Placeholders("name", "summary")]
    off_line: Annotated[Text, Placeholders("name")]
    paused_line: Annotated[Text, Placeholders("moment")]
    next_line: Annotated[Text, Placeholders("name", "moment")]
    on_button: Annotated[Label, Placeholders("kind")]
    off_button: Annotated[Label, Placeholders("kind")]
    pause_button: Label
    resume_button: Label
    stop_button: Label
    clock_button: Label
    settings_button: Label
    yes_button: Label
    no_button: Label
    back_button: Label


def overview(edition: Edition, plan: Plan) -> Draft:
    """Every kind with its times, on or off, and what comes next."""
    words = edition.words(Words)
    none = [words.none, edition.words(reminder_kind.Words).consent]
    lines = [f"<b>{escape(words.title)}</b>", *([] if plan.active else none), ""]
    lines += [_line(edition, plan, kind) for kind in edition.reminders]
    if plan.paused_until:
        moment = wording.end_of_pause(edition, plan.paused_until, plan.zone, plan.now)
        lines += ["", words.paused_line.format(moment=moment)]
    if found := plan.first():
        kind, due = found
        moment = wording.when(edition, due, plan.zone, plan.now)
        lines += ["", words.next_line.format(name=escape(edition.reminders[kind].name), moment=moment)]
    return Draft("\n".join(lines), _buttons(edition, plan))


def _line(edition: Edition, plan: Plan, kind: str) -> str:
    words, name = edition.words(Words), f"<b>{escape(edition.reminders[kind].name)}</b>"
    if kind not in plan.active:
        return words.off_line.format(name=name)
    return words.on_line.format(name=name, summary=reminder_kind.summary(edition, plan.schedules[kind].wish))


def _buttons(edition: Edition, plan: Plan) -> Rows:
    words = edition.words(Words)
    rows = [[_kind_button(edition, kind, on=kind in plan.active)] for kind in edition.reminders]
    if not plan.active:
        return rows
    pausing = Button(words.pause_button, callback_data="pause")
    if plan.paused_until:
        pausing = Button(words.resume_button, callback_data="resume")
    return [
        *rows,
        [pausing, Button(words.stop_button, callback_data="stop")],
        [Button(words.clock_button, callback_data="clock"), Button(words.settings_button, callback_data="settings")],
    ]


def _kind_button(edition: Edition, kind: str, *, on: bool) -> Button:
    words, label = edition.words(Words), edition.reminders[kind].button
    if on:
        return Button(words.on_button.format(kind=label), callback_data=f"kind:{kind}", style=Style.SUCCESS)
    return Button(words.off_button.format(kind=label), callback_data=f"remind:on:{kind}")


def question(edition: Edition, kind: str) -> Draft | None:
    """What is asked before a kind is turned on, if anything is."""
    words, asked = edition.words(Words), edition.reminders[kind].question
    if asked is None:
        return None
    yes = Button(words.yes_button, callback_data=f"remind:refused:{kind}")
    no = Button(words.no_button, callback_data=f"remind:may:{kind}")
    return Draft(paragraph(asked, edition.marks.long), [[yes, no], [_back(words)]])


def refused(edition: Edition, kind: str) -> Draft:
    """Why a kind is not offered to this person."""
    return Draft(edition.reminders[kind].refused or "", [[_back(edition.words(Words))]])


def _back(words: Words) -> Button:
    return Button(words.back_button, callback_data="remind")


def handlers(services: Services) -> list[Handler]:
    """The command and the buttons."""
    names = reminder_kind.names(services)
    return [
        CommandHandler(services.content.names("remind"), show, ChatType.PRIVATE),
        CallbackQueryHandler(show, "^remind$"),
        CallbackQueryHandler(begin, f"^remind:on:({names})$"),
        CallbackQueryHandler(turn_on, f"^remind:may:({names})$"),
        CallbackQueryHandler(refuse, f"^remind:refused:({names})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show all reminders, or, to somebody who has come back, whether they are still wanted."""
    if context.person.blocked and await membership.welcome_back(context):
        return
    await reminder_kind.settle(context)
    await context.reply(overview(context.edition, await reminder_kind.plan_of(context)))


async def begin(update: Update, context: BotContext) -> None:
    """Turn a kind on; if it has a question, that comes first."""
    asked = question(context.edition, context.match[1])
    if asked:
        await context.reply(asked)
    else:
        await turn_on(update, context)


async def turn_on(update: Update, context: BotContext) -> None:
    """Turn a kind on, or ask for the clock first; what is typed then is taken as a city."""
    kind = context.match[1]
    if context.person.zone is None:
        await context.reply(await clock.ask(context, kind))
        return
    await context.change(reminder_kind.turned_on(context, kind))
    await context.reply(reminder_kind.kind(context.edition, await reminder_kind.plan_of(context), kind))


async def refuse(update: Update, context: BotContext) -> None:
    """Say why a kind is not offered."""
    await context.reply(refused(context.edition, context.match[1]))

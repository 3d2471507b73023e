"""How relief looks: its words, the steps under their picture, and the screens behind the buttons."""

from dataclasses import replace
from functools import cache
from typing import Annotated, Self

from pydantic import model_validator
from telegram import InlineKeyboardButton as Button
from telegram import KeyboardButton, ReplyKeyboardMarkup, SwitchInlineQueryChosenChat
from telegram.constants import KeyboardButtonStyle as Style

from bot.content import Alert, Edition, HalfLabel, Label, Model, Placeholders, Screen, Text, join_lines
from bot.diary.words import Words as DiaryWords
from bot.messages.sender import Draft
from bot.store.cramps import Helped

PARAGRAPH_BREAK = "\n\n"
FIRST = ("stretch", "hold", "check")
"""The paragraphs of the steps that matter while the person holds the stretch."""
CLOT_SIGNS, PAGE_SIGNS = ("leg", "clot", "pregnant"), ("pattern", "statin")
"""Names of signs in the rules of ``content.yaml``: those that may be a clot, and those that only a page is about."""
BREATH_SECONDS = 5
"""How long to breathe in, and then out, while seconds are counted."""
CALF = "relief"
"""The screen of steps for the calf, where most cramps are. Whoever has chosen no muscle gets these steps."""
WHY, STRETCHING = "ease", "stretching"
"""The pages about the reasons for the steps, and about preventing the next cramp."""
MUSCLES = (CALF, "foot", "thigh", "hamstring")
"""The screens of steps."""


class Words(Model):
    """The words of relief.

    Steps, picture and buttons fit on the screen of a small phone. A count stands above the ``FIRST`` paragraphs of the
    steps, and ``check`` above all of them but ``long``. ``eased`` replaces the steps. ``heard`` comes first if a text
    names a danger, and ``crisis`` answers words of suicide. The other screens are messages of their own.
    """

    key: Label
    relief: Screen
    foot: Screen
    thigh: Screen
    hamstring: Screen
    still: Screen
    danger: Screen
    check: Screen
    signs: Screen
    heard: Screen
    crisis: Screen
    eased: Screen
    counting_in: Annotated[Text, Placeholders("seconds")]
    counting_out: Annotated[Text, Placeholders("seconds")]
    hold_button: HalfLabel
    eased_button: HalfLabel
    still_button: HalfLabel
    danger_button: Label
    other_button: HalfLabel
    signs_button: HalfLabel
    foot_button: HalfLabel
    thigh_button: HalfLabel
    hamstring_button: HalfLabel
    calf_button: HalfLabel
    pin_button: HalfLabel
    again_button: HalfLabel
    back_button: Label
    only_cramp_button: Label
    why_button: Label
    remind_button: Label
    share_button: Label
    helped_before: Annotated[Text, Placeholders("method")]
    log_line: Text
    mild_button: HalfLabel
    bad_button: HalfLabel
    awful_button: HalfLabel
    pinned: Text
    unpinned: Alert

    @model_validator(mode="after")
    def _names_its_buttons(self) -> Self:
        for name in (*MUSCLES, "still"):
            screen: Screen = getattr(self, name)
            if self.danger_button.casefold() not in screen.body["check"].text.casefold():
                raise ValueError(f"{name}.body.check must name the button “{self.danger_button}”")
        return self


def key(edition: Edition) -> ReplyKeyboardMarkup:
    """Return the key for relief that stays below the chat."""
    button = KeyboardButton(edition.words(Words).key, style=Style.PRIMARY)  # red is for danger alone
    return ReplyKeyboardMarkup([[button]], is_persistent=True, resize_keyboard=True)


def steps(edition: Edition, muscle: str = CALF, seconds: int | None = None) -> Draft:
    """Return the steps for a muscle under their picture.

    With ``seconds``, return only the first step, below the seconds that the person has held the stretch.
    """
    words = edition.words(Words)
    if seconds is None:
        return _full_steps(edition, muscle)
    screen: Screen = getattr(words, muscle)
    first_step = join_lines(screen.body[name] for name in FIRST if name in screen.body)
    counting = words.counting_in if seconds // BREATH_SECONDS % 2 == 0 else words.counting_out
    text = f"<b>{counting.format(seconds=seconds)}</b>\n\n{first_step}"
    buttons = [[_eased_button(words, muscle), _still_button(words, muscle)], [_danger_button(words, muscle)]]
    return Draft(text, buttons, screen.picture)


def ten_minute_check(edition: Edition, muscle: str) -> Draft:
    """Return the steps, and above them whom to call if the cramp is not over by now."""
    words = edition.words(Words)
    check, screen = join_lines(words.check.body.values()), getattr(words, muscle)
    # ``long``, the last line of the steps, would repeat the check.
    all_steps = join_lines(part for name, part in screen.body.items() if name != "long")
    return replace(_full_steps(edition, muscle), text=f"{check}\n{all_steps}")


@cache  # the steps are sent more often than anything else, and are the same for everybody
def _full_steps(edition: Edition, muscle: str) -> Draft:
    words = edition.words(Words)
    screen: Screen = getattr(words, muscle)
    hold = Button(words.hold_button, callback_data=f"cramp:hold:{muscle}", style=Style.PRIMARY)
    other = Button(words.other_button, callback_data=f"cramp:muscles:{muscle}")
    answers = [_eased_button(words, muscle), _still_button(words, muscle)]
    buttons = [answers, [hold, other], [_danger_button(words, muscle)]]
    return Draft(join_lines(screen.body.values()), buttons, screen.picture)


def helped_before(edition: Edition, muscle: str, method: Helped) -> Draft:
    """Return the steps with what has helped most often: at the top, but never before the warning not to rub or warm."""
    words, full = edition.words(Words), _full_steps(edition, muscle)
    line = words.helped_before.format(method=edition.words(DiaryWords).answers("helped")[method])
    check = getattr(words, muscle).body["check"].text
    if method in {Helped.RUB, Helped.WARM}:
        return replace(full, text=full.text.replace(check, f"{check}\n{line}"))
    return replace(full, text=f"{line}\n{full.text}")


def muscles(edition: Edition, muscle: str) -> Draft:
    """Return the steps for ``muscle``, with a button for each muscle. That of ``muscle`` shows the usual ones again."""
    words, names = edition.words(Words), muscle_names(edition)
    calf, foot, front, back = (Button(label, callback_data=f"cramp:steps:{name}") for name, label in names.items())
    return replace(_full_steps(edition, muscle), buttons=[[calf, foot], [front, back], [_danger_button(words, muscle)]])


def muscle_names(edition: Edition) -> dict[str, str]:
    """Return what each muscle is called on a button."""
    words = edition.words(Words)
    return {
        CALF: words.calf_button,
        "foot": words.foot_button,
        "thigh": words.thigh_button,
        "hamstring": words.hamstring_button,
    }


def pinned_steps(edition: Edition, muscle: str = CALF) -> Draft:
    """Return the steps to pin. They have only buttons that send a new message, so that the steps stay."""
    words = edition.words(Words)
    buttons = [[_still_button(words, muscle)], [_danger_button(words, muscle)]]
    return replace(_full_steps(edition, muscle), buttons=buttons, silent=True)


def still_hurts(edition: Edition, muscle: str = CALF, steps_message: int | None = None) -> Draft:
    """Return what else to try, and when to call whom. ``steps_message`` is the id of the message with the steps."""
    words = edition.words(Words)
    answers = [_eased_button(words, muscle, steps_message), _signs_button(words, muscle)]
    return Draft(join_lines(words.still.body.values()), [answers, [_danger_button(words, muscle)]])


def danger(edition: Edition, muscle: str = CALF) -> Draft:
    """Return what to do if it may be more than a cramp, the most urgent first, and a way back to the muscle's steps."""
    words = edition.words(Words)
    buttons = [[_signs_button(words, muscle)], [_steps_button(words.back_button, muscle)]]
    return Draft(join_lines(words.danger.body.values(), PARAGRAPH_BREAK), buttons)


def signs(edition: Edition, muscle: str = CALF) -> Draft:
    """Return every sign of danger, and whom to call. The numbers stand at the end too, where a phone shows them."""
    words = edition.words(Words)
    return Draft(join_lines(words.signs.body.values(), PARAGRAPH_BREAK), [[_steps_button(words.back_button, muscle)]])


def emergency(edition: Edition, muscle: str = CALF) -> Draft:
    """Return the number to call at once, for a text that names an emergency."""
    words = edition.words(Words)
    text = join_lines((words.heard.body["emergency"], words.signs.body["emergency"]), PARAGRAPH_BREAK)
    return Draft(text, [[_steps_button(words.only_cramp_button, muscle)]])


def crisis(edition: Edition) -> Draft:
    """Return whom to call, and nothing else, for words of suicide."""
    return Draft(join_lines(edition.words(Words).crisis.body.values(), PARAGRAPH_BREAK))


def today(edition: Edition, sign: str, muscle: str = CALF) -> Draft:
    """Return whom to call today, for a text that names a sign: only what is about this sign, and the number for danger.

    More would push the call out of sight. All signs are behind a button.
    """
    words = edition.words(Words)
    is_clot = sign in CLOT_SIGNS
    is_on_page = sign in PAGE_SIGNS
    call = edition.pages["today"].body[sign] if is_on_page else words.signs.body["clot" if is_clot else "call"]
    heard = words.heard.body["today" if is_clot or is_on_page else "now"]
    text = join_lines((heard, call, words.still.body["emergency"]), PARAGRAPH_BREAK)
    # Where a clot may be, the button asks for a look at the leg first, because the steps say to rub it.
    lead_back = words.back_button if is_clot else words.only_cramp_button
    return Draft(text, [[_signs_button(words, muscle)], [_steps_button(lead_back, muscle)]])


def eased(
    edition: Edition, muscle: str = CALF, *, pinned: bool = False, private: bool = True, inline: bool = False
) -> Draft:
    """Return the good-night screen: nothing to read, nothing to buy.

    Unless the steps are ``pinned`` already, a button pins them. Reminders and the diary are offered in a ``private``
    chat only, and so is sending the steps to somebody, if the bot's ``inline`` mode is on.
    """
    words, kind = edition.words(Words), edition.reminder_about(STRETCHING)
    lines = [join_lines(words.eased.body.values())]
    rows = [[_steps_button(words.again_button, muscle)], [Button(words.why_button, callback_data=f"page:{WHY}")]]
    if pinned:
        lines.append(words.pinned)
    else:
        rows[0].insert(0, Button(words.pin_button, callback_data=f"cramp:pin:{muscle}"))
    if private:
        lines.append(words.log_line)
        degrees = {3: words.mild_button, 6: words.bad_button, 9: words.awful_button}  # of pain, out of 10
        chosen = "" if muscle == CALF else f":{muscle}"  # whoever has chosen no muscle got the steps for the calf
        rows.insert(0, [Button(label, callback_data=f"log:new:{pain}{chosen}") for pain, label in degrees.items()])
    if private and kind:
        rows.append([Button(words.remind_button, callback_data=f"remind:on:{kind}")])
    if private and inline:
        chats = SwitchInlineQueryChosenChat(query="", allow_user_chats=True, allow_group_chats=True)
        rows.append([Button(words.share_button, switch_inline_query_chosen_chat=chats)])
    return Draft("\n".join(lines), rows)


# Each button carries the muscle, so that every way leads back to the same steps.
def _eased_button(words: Words, muscle: str, steps_message: int | None = None) -> Button:
    # With the id, the button on a later message can also cancel the check of the steps.
    data = f"cramp:eased:{muscle}:{steps_message}" if steps_message else f"cramp:eased:{muscle}"
    return Button(words.eased_button, callback_data=data, style=Style.SUCCESS)


def _still_button(words: Words, muscle: str) -> Button:
    return Button(words.still_button, callback_data=f"cramp:still:{muscle}")


def _signs_button(words: Words, muscle: str) -> Button:
    return Button(words.signs_button, callback_data=f"cramp:signs:{muscle}")


def _danger_button(words: Words, muscle: str) -> Button:
    return Button(words.danger_button, callback_data=f"cramp:danger:{muscle}", style=Style.DANGER)


def _steps_button(label: str, muscle: str) -> Button:
    return Button(label, callback_data=f"cramp:steps:{muscle}")

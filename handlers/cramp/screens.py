"""How relief looks: the words, the steps under their picture, and what follows from the buttons below them."""

from dataclasses import replace
from functools import cache
from typing import Annotated, Self

from pydantic import model_validator
from telegram import InlineKeyboardButton as Button
from telegram import KeyboardButton, ReplyKeyboardMarkup
from telegram.constants import KeyboardButtonStyle as Style

from bot.content import Edition, Label, Model, Placeholders, Screen, Text, Toast
from bot.messages.sender import Draft

APART = "\n\n"
FIRST = ("stretch", "hold", "check")
"""The paragraphs of the steps that matter while the stretch is held."""
MUSCLES = ("relief", "foot", "thigh", "hamstring")
"""The screens of steps. The calf, where most cramps are, is the one that comes unasked."""


class Words(Model):
    """The words of relief.

    Steps, picture and buttons are seen at once on a small phone. ``counting`` and ``check`` stand before the
    ``FIRST`` paragraphs of the steps. ``eased`` takes the place of the steps; what else follows are messages of their
    own.
    """

    key: Label
    hears: tuple[str, ...]
    still_hears: tuple[str, ...]
    relief: Screen
    foot: Screen
    thigh: Screen
    hamstring: Screen
    still: Screen
    danger: Screen
    check: Screen
    signs: Screen
    eased: Screen
    counting: Annotated[Text, Placeholders("seconds")]
    hold_button: Label
    eased_button: Label
    still_button: Label
    danger_button: Label
    elsewhere_button: Label
    other_button: Label
    signs_button: Label
    foot_button: Label
    thigh_button: Label
    hamstring_button: Label
    calf_button: Label
    pin_button: Label
    again_button: Label
    pinned: Toast
    unpinned: Toast
    holding: Toast

    @model_validator(mode="after")
    def _names_its_buttons(self) -> Self:
        for name in (*MUSCLES, "still"):
            screen: Screen = getattr(self, name)
            if self.danger_button.casefold() not in screen.body["check"].text.casefold():
                raise ValueError(f"{name}.body.check must name the button “{self.danger_button}”")
        if self.eased_button not in next(iter(self.check.body.values())).text:
            raise ValueError(f"check must name the button “{self.eased_button}”")
        return self


def key(edition: Edition) -> ReplyKeyboardMarkup:
    """The key below the chat that is always there."""
    button = KeyboardButton(edition.words(Words).key, style=Style.DANGER)
    return ReplyKeyboardMarkup([[button]], is_persistent=True, resize_keyboard=True)


def steps(edition: Edition, muscle: str = "relief", seconds: int | None = None) -> Draft:
    """The steps for a muscle under their picture; ``seconds`` and the first step while someone holds it with us."""
    words = edition.words(Words)
    if seconds is None:
        return _drawn(edition, muscle)
    picture = getattr(words, muscle).picture
    text = f"<b>{words.counting.format(seconds=seconds)}</b>\n\n{_first(edition, muscle)}"
    return Draft(text, [[_eased(words), _still(words)], [_danger(words)]], picture)


def checked(edition: Edition, muscle: str) -> Draft:
    """A look back on top of the first step: whether it is over, and whom to call if it is not."""
    check = edition.lines(edition.words(Words).check.body.values())
    return replace(_drawn(edition, muscle), text=f"{check}\n\n{_first(edition, muscle)}")


def _first(edition: Edition, muscle: str) -> str:
    body = getattr(edition.words(Words), muscle).body
    return edition.lines(body[name] for name in FIRST if name in body)


@cache
def _drawn(edition: Edition, muscle: str) -> Draft:
    words = edition.words(Words)
    screen: Screen = getattr(words, muscle)
    hold = Button(words.hold_button, callback_data=f"cramp:hold:{muscle}", style=Style.PRIMARY)
    label = words.elsewhere_button if muscle == "relief" else words.other_button
    elsewhere = Button(label, callback_data=f"cramp:muscles:{muscle}")
    buttons = [[hold, _eased(words), _still(words)], [_danger(words), elsewhere]]
    return Draft(edition.lines(screen.body.values()), buttons, screen.picture)


def muscles(edition: Edition, muscle: str) -> Draft:
    """The steps for a muscle, with the ways to the other muscles below."""
    words = edition.words(Words)
    labels = {
        "relief": words.calf_button,
        "foot": words.foot_button,
        "thigh": words.thigh_button,
        "hamstring": words.hamstring_button,
    }
    others = [Button(label, callback_data=f"cramp:steps:{name}") for name, label in labels.items() if name != muscle]
    return replace(_drawn(edition, muscle), buttons=[others, [_danger(words), _still(words)]])


def kept(edition: Edition) -> Draft:
    """The steps to be pinned: nothing that is pressed below them takes their place."""
    words = edition.words(Words)
    return replace(_drawn(edition, "relief"), buttons=[[_still(words)], [_danger(words)]], silent=True)


def still(edition: Edition, about: int | None = None) -> Draft:
    """What else to try, and when to call whom; ``about`` is the number of the message with the steps."""
    words = edition.words(Words)
    return Draft(edition.lines(words.still.body.values()), [[_eased(words, about), _signs(words)], [_danger(words)]])


def danger(edition: Edition) -> Draft:
    """What to do when it may be something else than a cramp, the most urgent first."""
    words = edition.words(Words)
    return Draft(edition.lines(words.danger.body.values(), APART), [[_signs(words)], [_again(words)]])


def signs(edition: Edition) -> Draft:
    """Every sign, and whom to call for it."""
    words = edition.words(Words)
    return Draft(edition.lines(words.signs.body.values(), APART), [[_again(words)]])


def eased(edition: Edition, pinned: bool = False) -> Draft:
    """A good end: nothing to read, nothing to buy. The steps can be pinned for the next time, once."""
    words = edition.words(Words)
    pinning = [] if pinned else [[Button(words.pin_button, callback_data="cramp:pin")]]
    return Draft(edition.html(words.eased), [*pinning, [_again(words)]])


def _eased(words: Words, about: int | None = None) -> Button:
    data = f"cramp:eased:{about}" if about else "cramp:eased"
    return Button(words.eased_button, callback_data=data, style=Style.SUCCESS)


def _still(words: Words) -> Button:
    return Button(words.still_button, callback_data="cramp:still")


def _signs(words: Words) -> Button:
    return Button(words.signs_button, callback_data="cramp:signs")


def _danger(words: Words) -> Button:
    return Button(words.danger_button, callback_data="cramp:danger", style=Style.DANGER)


def _again(words: Words) -> Button:
    return Button(words.again_button, callback_data="cramp:steps:relief")

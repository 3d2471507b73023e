"""The placeholders {emergency} and {doctor}: each country has its numbers in the block ``numbers`` of content.yaml."""

from typing import Annotated, NamedTuple, TypeVar

from pydantic import StringConstraints

from bot.content.fields import Line, Model

ModelT = TypeVar("ModelT", bound=Model)
Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ]{2,20}$")]
Countries = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}( [A-Z]{2})*$")]
"""ISO 3166 codes with spaces between them."""


class Numbers(NamedTuple):
    """The values of ``{emergency}``, ``{doctor}`` and ``{doctor_in_full}`` in texts like "Call {emergency} now"."""

    emergency: str
    doctor: str
    doctor_in_full: str


NAMES = Numbers._fields
"""The placeholders that every paragraph may have."""


class EmergencyNumbers(Model):
    """The block ``numbers`` of content.yaml.

    Attributes:
        emergency_by_country: Each number that sends an ambulance, with the countries in which it does.
        advice_by_country: Each number at which nurses answer day and night, with its countries.
        in_full: The numbers for advice, each with the number to dial from abroad, which phones make tappable.
        doctor: Whom to call in a country without a number for advice.
        unknown_emergency: The number for people whose country is unknown, and what to do if theirs is another.
        unknown_doctor: Whom the same people call for advice.
    """

    emergency_by_country: dict[Number, Countries]
    advice_by_country: dict[Number, Countries]
    in_full: dict[Number, Number]
    doctor: Line
    unknown_emergency: Line
    unknown_doctor: Line

    def of(self, country: str | None) -> Numbers:
        """Return the numbers of a country (ISO 3166 code); those for an unknown country if it is not in the table."""
        emergency = _find(self.emergency_by_country, country)
        if emergency is None:
            return Numbers(self.unknown_emergency, self.unknown_doctor, self.unknown_doctor)
        advice = _find(self.advice_by_country, country)
        if advice is None:
            return Numbers(emergency, self.doctor, self.doctor)
        in_full = self.in_full.get(advice)
        return Numbers(emergency, advice, f"{advice} ({in_full})" if in_full else advice)


def _find(table: dict[Number, Countries], country: str | None) -> str | None:
    return next((number for number, countries in table.items() if country in countries.split()), None)


def with_numbers(block: ModelT, numbers: Numbers) -> ModelT:
    """Return the block with these numbers in its texts. A block that names no number is returned as it is."""
    changes = {}
    for name in type(block).model_fields:
        filled = value = getattr(block, name)
        if isinstance(value, Model):
            filled = with_numbers(value, numbers)
        elif isinstance(value, dict):
            blocks = {key: with_numbers(item, numbers) for key, item in value.items() if isinstance(item, Model)}
            if any(item is not value[key] for key, item in blocks.items()):
                filled = value | blocks
        elif isinstance(value, str) and "{" in value:
            for placeholder, number in numbers._asdict().items():
                filled = filled.replace(f"{{{placeholder}}}", number)
        if filled is not value:
            changes[name] = filled
    return block.model_copy(update=changes) if changes else block

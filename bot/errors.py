"""What an operator has to put right: each error is a line, or several, that says what and where."""


class OperatorError(Exception):
    """The process cannot go on; it ends with ``status``."""

    status = 1


class SettingsError(OperatorError):
    """A setting is missing or wrong: one line for each, naming it and what is expected, never its value."""

    status = 2


class ContentError(OperatorError):
    """The content cannot be used: one line for each problem, ``file:line: key: what is wrong``."""

    status = 2


class StoreError(OperatorError):
    """The database cannot be used, or not now."""

    status = 3


class AwayError(StoreError):
    """The database cannot be used now, but may be soon: worth another try."""

"""Errors that an operator has to solve. The text is one line per problem: what is wrong, where, and what to do."""


class OperatorError(Exception):
    """The process cannot go on, and exits with ``status``."""

    status = 1


class SettingsError(OperatorError):
    """A setting is missing or invalid. Each line names the setting and what is expected, never the value."""

    status = 2


class ContentError(OperatorError):
    """The content cannot be used. Each line is ``file:line: key: what is wrong``."""

    status = 2


class StoreError(OperatorError):
    """The database cannot be used."""

    status = 3


class UnavailableError(StoreError):
    """The database cannot be used now, but retrying may help."""


class LeaseLostError(OperatorError):
    """Another process has become the active one. The supervisor starts this one again, and then it stands by."""

    status = 4

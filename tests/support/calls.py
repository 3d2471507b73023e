"""The answer to a call for relief, for tests that only look at when it is called."""


async def relieve(_: object) -> None:
    """Answer nothing."""

"""Files that belong to somebody else."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

UID = 10001
"""The user of the image."""


@contextmanager
def another_user() -> Iterator[int]:
    """Be somebody whom files keep out, as root is not."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(UID)
    try:
        yield os.geteuid()
    finally:
        os.seteuid(before)

"""The width and height of a picture, read from its first bytes."""

from io import BytesIO

import imagesize


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return the width and height of a picture in pixels; None for anything else.

    JPEG, PNG, GIF, WebP, BMP, TIFF, HEIC and AVIF are pictures. SVG is none, as on Telegram.
    """
    if content.lstrip()[:1] == b"<":
        return None
    width, height = imagesize.get(BytesIO(content))
    return (width, height) if width > 0 and height > 0 else None

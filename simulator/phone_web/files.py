"""The files of the chat page, and the files that the bot uploaded."""

from pathlib import Path

from aiohttp.web import FileResponse

from simulator.state.files import Files

PAGE = Path(__file__).parent.parent / "page"
_PAGE_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_SHOWN_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "audio/ogg"})


def page_file(name: str) -> FileResponse:
    """Return a file of the chat page. KeyError if the page has no file of that name."""
    path = PAGE / name
    if path.parent != PAGE or not path.is_file():  # a name with a slash or ".." must not leave the folder
        raise KeyError(name)
    kind = _PAGE_TYPES.get(path.suffix, "application/octet-stream")
    return FileResponse(path, headers={"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": "no-cache"})


def uploaded_file(files: Files, file_id: str) -> FileResponse:
    """Return a file that the bot uploaded. KeyError if there is none with that id.

    Only pictures and recordings get their own type. With any other type a browser could run what the bot uploaded
    (HTML, SVG).
    """
    file = files.get(file_id)
    if file is None:
        raise KeyError(file_id)
    kind = file.mime_type if file.mime_type in _SHOWN_TYPES else "application/octet-stream"
    return FileResponse(file.path, headers={"Content-Type": kind, "X-Content-Type-Options": "nosniff"})

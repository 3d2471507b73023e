"""The chat page's own files and the files that bots sent."""

from pathlib import Path

from aiohttp.web import FileResponse

from simulator.state.files import Files

PAGE = Path(__file__).parent.parent / "page"
_PAGE_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})


def page_file(name: str) -> FileResponse:
    """A file of the chat page. KeyError if it has none of that name."""
    path = PAGE / name
    if path.parent != PAGE or not path.is_file():
        raise KeyError(name)
    kind = _PAGE_TYPES.get(path.suffix, "application/octet-stream")
    return FileResponse(path, headers={"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": "no-cache"})


def sent_file(files: Files, file_id: str) -> FileResponse:
    """A file a bot sent: pictures to be shown, all else to be kept. KeyError if there is none."""
    file = files.get(file_id)
    if file is None:
        raise KeyError(file_id)
    shown = file.mime_type if file.mime_type in _PICTURES else "application/octet-stream"
    return FileResponse(file.path, headers={"Content-Type": shown, "X-Content-Type-Options": "nosniff"})

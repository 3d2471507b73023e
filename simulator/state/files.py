"""Files that bots uploaded: kept in a temporary folder until the simulator closes, named by file ids."""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from simulator.bot_api.parameters import Upload
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json, without_none

LARGEST_DOWNLOAD = 20 * 1024 * 1024
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
_PHOTO_SIDES = (90, 320, 800, 1280, 2560)
_LARGEST_SUM_OF_SIDES = 10_000
_LARGEST_RATIO = 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file id: what it holds and where its bytes are."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime_type: str
    path: Path
    size: int
    width: int = 0
    height: int = 0

    @property
    def remote_path(self) -> str:
        """The `file_path` that getFile answers with."""
        return f"{self.kind}s/file_{self.unique_id}{Path(self.name).suffix}"

    def as_file(self) -> Json:
        """The File object."""
        return {**self._card(), "file_path": self.remote_path}

    def as_photo_size(self) -> Json:
        """The PhotoSize object."""
        return {**self._card(), "width": self.width, "height": self.height}

    def as_document(self) -> Json:
        """The Document object."""
        return {**self._card(), "file_name": self.name, "mime_type": self.mime_type}

    def as_animation(self, duration: int) -> Json:
        """The Animation object."""
        return {**self.as_document(), "width": self.width or 320, "height": self.height or 240, "duration": duration}

    def _card(self) -> Json:
        return without_none(file_id=self.id, file_unique_id=self.unique_id, file_size=self.size)


class Files:
    """All files of one simulator, by file id."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was kept yet."""
        return not self._by_id

    def get(self, file_id: str) -> StoredFile | None:
        """The file with this id."""
        return self._by_id.get(file_id)

    def at(self, remote_path: str) -> StoredFile | None:
        """The file with this `file_path`."""
        return self._by_path.get(remote_path)

    def add_photo(self, upload: Upload) -> list[StoredFile]:
        """Keep a picture; every size has its own id. The sizes share the bytes: nothing is scaled here."""
        _check_size(upload, LARGEST_PHOTO, " for a photo")
        width, height = _picture_size(upload.content)
        path = self._write(upload)
        sizes = [_scaled(width, height, side) for side in _PHOTO_SIDES if side < max(width, height)]
        if len(sizes) < len(_PHOTO_SIDES):
            sizes.append((width, height))
        return [self._keep("photo", upload, path, *size) for size in sizes]

    def photo_with(self, file: StoredFile) -> list[StoredFile]:
        """All sizes of the picture that this file is a size of."""
        return [other for other in self._by_id.values() if other.path == file.path and other.kind == "photo"]

    def add(self, kind: str, upload: Upload) -> StoredFile:
        """Keep any other file."""
        _check_size(upload, LARGEST_UPLOAD)
        width, height = picture_size(upload.content) or (0, 0)
        return self._keep(kind, upload, self._write(upload), width, height)

    def close(self) -> None:
        """Remove every file."""
        if self._folder:
            self._folder.cleanup()
        self._folder = None
        self._by_id.clear()
        self._by_path.clear()

    def _write(self, upload: Upload) -> Path:
        self._folder = self._folder or TemporaryDirectory(prefix="simulator-")
        path = Path(self._folder.name) / f"{len(self._by_id):08d}"
        path.write_bytes(upload.content)
        return path

    def _keep(self, kind: str, upload: Upload, path: Path, width: int, height: int) -> StoredFile:
        content = hashlib.sha256(upload.content + f"{kind}{width}x{height}".encode()).hexdigest()
        file = StoredFile(
            id=f"{_PREFIXES.get(kind, 'BQAC')}AgQAAx{len(self._by_id):06d}{content[:40]}",
            unique_id=f"AQAD{content[:12]}",
            kind=kind,
            name=upload.name,
            mime_type=upload.mime_type or "application/octet-stream",
            path=path,
            size=len(upload.content),
            width=width,
            height=height,
        )
        self._by_id[file.id] = file
        self._by_path[file.remote_path] = file
        return file


_PREFIXES = {"photo": "AgAC", "document": "BQAC", "animation": "CgAC"}


def _check_size(upload: Upload, largest: int, purpose: str = "") -> None:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > largest:
        size = f"File of size {len(upload.content)} bytes is too big{purpose}"
        raise bad_request(f"{size}; the maximum size is {largest} bytes")


def _scaled(width: int, height: int, side: int) -> tuple[int, int]:
    largest = max(width, height)
    return max(1, width * side // largest), max(1, height * side // largest)


def _picture_size(content: bytes) -> tuple[int, int]:
    size = picture_size(content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > _LARGEST_SUM_OF_SIDES or max(size) > _LARGEST_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:  # noqa: PLR2004 (signature and sides)
        width, height = struct.unpack(">II", content[16:24])
    elif content[:6] in (b"GIF87a", b"GIF89a"):
        width, height = struct.unpack("<HH", content[6:10])
    elif content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    else:
        return None
    return (width, height) if width and height else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(content) and content[position] == 0xFF:  # noqa: PLR2004 (every segment starts so)
        marker = content[position + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + int.from_bytes(content[position + 2 : position + 4])
    return None


_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

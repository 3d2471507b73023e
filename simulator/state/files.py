"""The files that the bot uploaded, by file id. They lie in a temporary folder until the simulator closes."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from simulator.json_objects import Json
from simulator.specification import fields_of

_PHOTO_SIDES = (90, 320, 800, 1280, 2560)
"""The longer sides, in pixels, of the sizes that Telegram makes of a photo."""

_THUMBNAIL_SIDE = 320
"""The longer side, in pixels, of the thumbnail that Telegram makes of a document that is a picture."""

KINDS = {
    "animation": "CgAC",
    "audio": "CQAC",
    "document": "BQAC",
    "live_photo": "BAAC",
    "photo": "AgAC",
    "sticker": "CAAC",
    "video": "BAAC",
    "video_note": "DQAC",
    "voice": "AwAC",
}
"""The kinds of files, and how their file ids begin."""


def type_of(kind: str) -> str:
    """Return the Bot API's type for a kind of files, such as VideoNote. A photo has none, but an array of sizes."""
    return kind.title().replace("_", "")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What one file id stands for.

    `size` is in bytes. `details` are the other fields of its Bot API object, such as the `width` of a photo in pixels.
    """

    id: str
    unique_id: str
    kind: str
    name: str
    mime_type: str
    path: Path
    size: int
    details: Json = field(default_factory=dict)

    @property
    def remote_path(self) -> str:
        """The `file_path` that getFile answers with."""
        return f"{self.kind}s/file_{self.unique_id}{Path(self.name).suffix}"

    def as_file(self) -> Json:
        """Return the Bot API's File object."""
        return {**self._ids_and_size(), "file_path": self.remote_path}

    def as_photo_size(self) -> Json:
        """Return the Bot API's PhotoSize object."""
        return {**self._ids_and_size(), **self.details}

    def as_object(self, kind: str) -> Json:
        """Return the file as the Bot API's object for a kind of files, such as a Voice."""
        known = {"file_name": self.name, "mime_type": self.mime_type, **self.details, **self._ids_and_size()}
        return {name: known[name] for name in fields_of(type_of(kind)) if name in known}

    def _ids_and_size(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    """Stores the files of one simulator."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file with this file id."""
        return self._by_id.get(file_id)

    def at(self, remote_path: str) -> StoredFile | None:
        """Return the file with this `file_path`."""
        return self._by_path.get(remote_path)

    def add_photo(self, upload: Upload, width: int, height: int) -> list[StoredFile]:
        """Store a picture and return its sizes, smallest first. Each size has its own file id.

        All sizes hold the same bytes, because nothing is scaled here.
        """
        path = self._write(upload)
        longest = max(width, height)
        sides = [side for side in _PHOTO_SIDES if side < longest]
        sizes = [_scaled(width, height, side) for side in sides]
        if len(sizes) < len(_PHOTO_SIDES):
            sizes.append((width, height))
        return [self._store("photo", upload, path, {"width": size[0], "height": size[1]}) for size in sizes]

    def add_thumbnail(self, upload: Upload, width: int, height: int) -> StoredFile:
        """Store the thumbnail of a document that is a picture. It holds the same bytes, as all sizes do here."""
        width, height = _scaled(width, height, min(_THUMBNAIL_SIDE, max(width, height)))
        return self._store("photo", upload, self._write(upload), {"width": width, "height": height})

    def sizes_of(self, file: StoredFile) -> list[StoredFile]:
        """Return all sizes of a picture, given one of them."""
        return [other for other in self._by_id.values() if other.path == file.path and other.kind == "photo"]

    def add(self, kind: str, upload: Upload, details: Json | None = None) -> StoredFile:
        """Store a file that is no photo. `details` are the other fields of its Bot API object."""
        return self._store(kind, upload, self._write(upload), details or {})

    def close(self) -> None:
        """Remove every file, and the temporary folder."""
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

    def _store(self, kind: str, upload: Upload, path: Path, details: Json) -> StoredFile:
        # The same content twice has two file ids but one file_unique_id, as on Telegram.
        digest = hashlib.sha256(upload.content + f"{kind}{details.get('width')}".encode()).hexdigest()
        file = StoredFile(
            id=f"{KINDS[kind]}AgQAAx{len(self._by_id):06d}{digest[:40]}",
            unique_id=f"AQAD{digest[:12]}",
            kind=kind,
            name=upload.name,
            mime_type=upload.mime_type or "application/octet-stream",
            path=path,
            size=len(upload.content),
            details=details,
        )
        self._by_id[file.id] = file
        self._by_path[file.remote_path] = file
        return file


def _scaled(width: int, height: int, side: int) -> tuple[int, int]:
    """Return the size of a picture whose longer side becomes `side` pixels."""
    longest = max(width, height)
    return max(1, width * side // longest), max(1, height * side // longest)

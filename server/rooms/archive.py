"""Workspaces as zip archives, read with distrust: nothing goes to disk, everything is counted."""

import io
import zipfile
import zlib
from collections.abc import Sequence

from anyio import to_thread

from server.errors import Invalid
from server.schemas import FieldError
from server.settings import Settings
from server.texts import workspace_path

# Source text packs 3 to 10 times; more than this is a bomb.
MAX_RATIO = 100
_READ_BYTES = 64 * 1024


async def pack(files: Sequence[tuple[str, str]], max_bytes: int) -> bytes:
    """A zip archive of files given as (path, text).

    Raises:
        Invalid: if they are larger than archives may be.
    """
    if sum(len(text.encode()) for _, text in files) > max_bytes:
        raise Invalid("The workspace is too large for an archive; fetch its files one by one.")
    return await to_thread.run_sync(packed, files)


async def unpack(data: bytes, settings: Settings) -> dict[str, str]:
    """The text of each file in a zip archive, by path.

    Raises:
        Invalid: if it is no archive, or one of its entries can't be a file of a workspace.
    """
    return await to_thread.run_sync(_unpack, data, settings)


def packed(files: Sequence[tuple[str, str]]) -> bytes:
    """A zip archive of files given as (path, text), however large. Blocks."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files:
            archive.writestr(path, text)
    return buffer.getvalue()


def _unpack(data: bytes, settings: Settings) -> dict[str, str]:
    texts: dict[str, str] = {}
    left = int(settings.archive_bytes)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > settings.room_files:
                raise Invalid(f"The archive has more than {settings.room_files} files.")
            for entry in entries:
                path = _checked_path(entry)
                content = _read(archive, entry, min(left, settings.file_bytes), settings)
                left -= len(content)
                texts[path] = _text(path, content)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Invalid(f"The archive can't be read: {error}.") from None
    return texts


def _checked_path(entry: zipfile.ZipInfo) -> str:
    is_link = entry.external_attr >> 16 & 0o170000 == 0o120000
    try:
        if is_link:
            raise ValueError("links are not taken")
        return workspace_path(entry.orig_filename)
    except ValueError as error:
        raise _bad_entry(entry.orig_filename, str(error)) from None


def _read(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int, settings: Settings
) -> bytes:
    """Inflates an entry, counting as it goes: the sizes that an archive states may be lies."""
    content = bytearray()
    with archive.open(entry) as file:
        while piece := file.read(_READ_BYTES):
            content += piece
            if len(content) > max(entry.compress_size, 1) * MAX_RATIO and len(content) > 1 << 20:
                raise _bad_entry(entry.orig_filename, "it is compressed suspiciously well")
            if len(content) > limit:
                if limit < settings.file_bytes:
                    raise _too_large(settings)
                raise _bad_entry(entry.orig_filename, f"it has more than {limit} bytes")
    return bytes(content)


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise _bad_entry(path, "it is not UTF-8 text") from None


def _bad_entry(path: str, reason: str) -> Invalid:
    return Invalid(f"{path!r} can't be taken: {reason}.", [FieldError(field=path, message=reason)])


def _too_large(settings: Settings) -> Invalid:
    return Invalid(f"An archive may hold at most {settings.archive_bytes.human_readable()} here.")

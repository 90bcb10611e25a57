"""What kind of thing a file is, by its first bytes, and never by what its name claims alone."""

BINARY = "application/octet-stream"
TEXT = "text/plain"
SVG = "image/svg+xml"
_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
}
_TEXTS = {".csv": "text/csv", ".json": "application/json", ".md": "text/markdown"}
_SVG_BYTES = 1024  # within which its first element must begin


def media_type(path: str, data: bytes) -> str:
    """The media type of a file. Nothing that a browser would run, SVG aside, is called so."""
    for magic, found in _MAGIC.items():
        if data.startswith(magic):
            return found
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if text_of(data) is None:
        return BINARY
    if path.lower().endswith(".svg") and b"<svg" in data[:_SVG_BYTES]:
        return SVG
    return next((found for end, found in _TEXTS.items() if path.lower().endswith(end)), TEXT)


def text_of(data: bytes) -> str | None:
    """The text that the bytes are, if they are one."""
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None

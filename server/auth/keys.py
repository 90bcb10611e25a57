"""The server's own key, and what is derived from it."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

KEY_FILE = "secret.key"
ACCESS_TOKENS = "access tokens"  # the purpose of the key that signs them


def load_key(configured: str | None, data_dir: Path) -> bytes:
    """The configured key; else the one in the data directory, made on the first start."""
    if configured is not None:
        return configured.encode()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / KEY_FILE
    # It may exist from an earlier start, or since a moment ago from another process.
    with suppress(FileExistsError):
        _create_private(path, secrets.token_hex(32))
    return path.read_bytes()


def derive(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, so that nothing signed for one is accepted for another."""
    return hmac.digest(key, purpose.encode(), "sha256")


def fingerprint(secret: str) -> bytes:
    """What is stored of a secret. Plain SHA-256 is enough: our secrets are random, not chosen."""
    return hashlib.sha256(secret.encode()).digest()


def _create_private(path: Path, content: str) -> None:
    """Writes a file that only its owner reads, whole or not at all.

    Raises:
        FileExistsError: if it is there already.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.link(draft, path)
    finally:
        draft.unlink()

"""Which server this is: an id kept in the data directory, for what it leaves in a shared engine."""

import secrets
from pathlib import Path

FILE_NAME = "instance_id"


def load_instance_id(data_dir: Path) -> str:
    """The id of the server that lives in this directory; made when it first starts."""
    path = data_dir / FILE_NAME
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_hex(8), "ascii")
        return path.read_text("ascii").strip()

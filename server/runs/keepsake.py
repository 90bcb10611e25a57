"""What a server gives an executor with a run, to know it again should the run outlive the server.

The executor keeps these bytes and reads nothing of them.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.models import RunRecord, values_of

SEPARATOR = b"\n"  # JSON as it is written here has none


@dataclass(frozen=True, slots=True)
class DebugKeepsake:
    """Of a debug session.

    Attributes:
        start: the fields of the command that it was started with.
        document: the room's at the start, as one update.
    """

    start: Mapping[str, Any]
    document: bytes


@dataclass(frozen=True, slots=True)
class Keepsake:
    """Of a run: its record as it was at the start."""

    record: RunRecord = field(repr=False)
    debug: DebugKeepsake | None = None

    def encoded(self) -> bytes:
        """The form in which it is given away."""
        record = values_of(self.record)
        record["state_vector"] = base64.b64encode(self.record.state_vector).decode()
        start = None if self.debug is None else self.debug.start
        document = b"" if self.debug is None else self.debug.document
        return orjson.dumps({"record": record, "start": start}) + SEPARATOR + document

    @classmethod
    def read(cls, encoded: bytes) -> "Keepsake":
        """Reads it. Raises `ValueError`, `LookupError` or `TypeError` if it is another's."""
        head, _, document = encoded.partition(SEPARATOR)
        told = orjson.loads(head)
        record = told["record"]
        vector = base64.b64decode(record.pop("state_vector"))
        start = told["start"]
        debug = None if start is None else DebugKeepsake(start, document)
        return cls(RunRecord(**record, state_vector=vector), debug)

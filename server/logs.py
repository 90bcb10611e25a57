"""Log lines: JSON for machines, plain text on a terminal; never a token or a secret."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, Literal

# Tokens in URLs and subprotocols, and passwords in addresses, whoever logs them.
_SECRETS = re.compile(
    r"((?:token|secret|access_token)=|codlab\.bearer\.|[Bb]earer |://[^:/@\s]*:)[^&\s\"'\\,;@]+"
)
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def redact(text: str) -> str:
    """The text without what may not be written down."""
    return _SECRETS.sub(r"\1[redacted]", text)


class JsonFormatter(logging.Formatter):
    """One JSON object per line; `extra` fields become its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= _extra(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False, default=str))


class TextFormatter(logging.Formatter):
    """A line for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        extra = " ".join(f"{name}={_line(value)}" for name, value in _extra(record).items())
        return redact(f"{super().format(record)} {extra}".rstrip())


def _line(value: object) -> str:
    """A value on one line: what people typed must not look like lines of the log's own."""
    text = str(value)
    return text if text.isprintable() else ascii(text)


def configure_logging(level: str, form: Literal["auto", "json", "text"]) -> None:
    """Sends every logger's lines to stderr in one form."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextFormatter() if as_text else JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Theirs at this level is chatter: each socket's URL, each migration step looked at.
    for name in ("uvicorn", "uvicorn.error", "alembic", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _STANDARD}

"""The Debug Adapter Protocol's framing and messages, without I/O.

A message is a JSON object behind headers as HTTP has them, of which `Content-Length` is the one
that counts. What a body holds beyond what is asked for stays in it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_MESSAGE_BYTES = (
    8 << 20
)  # far above any stack or page of variables; a program may write here too
MAX_HEADER_BYTES = 1 << 10
MAX_DEPTH = 64
MAX_DIGITS = 18  # of a whole number: it fits into 64 bits then, as rooms' events need it
SEPARATOR = b"\r\n\r\n"
LENGTH = b"content-length:"

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)
"""What reading a body raises that is not what it should be: a program may write one, too."""

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """Asks the other side for something; adapters may ask, too."""

    seq: int
    command: str
    arguments: Body


@dataclass(frozen=True, slots=True)
class Response:
    """Answers the request with this number; `message` says why if there is no success."""

    request_seq: int
    command: str
    success: bool
    body: Body
    message: str


@dataclass(frozen=True, slots=True)
class Event:
    """Tells of something that happened."""

    name: str
    body: Body


Message = Request | Response | Event


class MalformedMessage(ValueError):
    """The bytes are no message of the protocol."""


class MessageReader:
    """Cuts a stream into messages; holds no more than one that is not whole yet."""

    def __init__(self) -> None:
        self._unread = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yield the messages that are whole now.

        Raises:
            MalformedMessage: the rest of the stream can't be read.
        """
        self._unread += data
        while (content := self._take()) is not None:
            yield parse(content)

    def _take(self) -> bytes | None:
        head = self._unread.find(SEPARATOR, 0, MAX_HEADER_BYTES)
        if head < 0:
            if len(self._unread) >= MAX_HEADER_BYTES:
                raise MalformedMessage("a message without a header")
            return None
        begin = head + len(SEPARATOR)
        end = begin + _length(bytes(self._unread[:head]))
        if len(self._unread) < end:
            return None
        content = bytes(self._unread[begin:end])
        del self._unread[:end]
        return content


def parse(content: bytes) -> Message:
    """Read the JSON of one message.

    Raises:
        MalformedMessage: it is none.
    """
    try:
        fields = _clean(json.loads(content, parse_int=_whole))
        match fields["type"]:
            case "request":
                return Request(
                    int(fields["seq"]), str(fields["command"]), _body(fields, "arguments")
                )
            case "response":
                return _response(fields)
            case "event":
                return Event(str(fields["event"]), _body(fields, "body"))
            case other:
                raise MalformedMessage(f"a message of type {other!r}")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise MalformedMessage(f"a message that can't be read: {error}") from error


def tables(body: Body, name: str, field: str) -> list[Body]:
    """Return what a body lists under a name, as far as it has a field."""
    listed = body.get(name)
    if not isinstance(listed, list):
        return []
    return [each for each in listed if isinstance(each, dict) and field in each]


def request(seq: int, command: str, arguments: Body) -> bytes:
    """Return a request's bytes."""
    fields = {"seq": seq, "type": "request", "command": command, "arguments": arguments}
    return _encode(fields)


def response(seq: int, asked: Request, body: Body, error: str = "") -> bytes:
    """Return the bytes that answer an adapter's request; with an error, that it can't be had."""
    fields = {
        "seq": seq,
        "type": "response",
        "request_seq": asked.seq,
        "command": asked.command,
        "success": not error,
        "body": body,
    }
    return _encode(fields | ({"message": error} if error else {}))


def _encode(fields: Body) -> bytes:
    content = json.dumps(fields, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number that is too large")
    return int(digits)


def _clean(value: Any, depth: int = 0) -> Any:
    """Return what was read in a form that can be told and stored anywhere.

    JSON may have halves of characters and NULs in its texts, which databases and sockets have not.
    """
    if depth > MAX_DEPTH:
        raise ValueError("it is nested too deep")
    match value:
        case str():
            return _clean_text(value)
        case list():
            return [_clean(each, depth + 1) for each in value]
        case dict():
            return {_clean(name): _clean(each, depth + 1) for name, each in value.items()}
        case _:
            return value


def _clean_text(text: str) -> str:
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _length(head: bytes) -> int:
    """Read the header before a message; some adapters let slip a line of their own before it."""
    at = head.lower().rfind(LENGTH)
    if at < 0:
        raise MalformedMessage("a message without a length")
    digits = head[at + len(LENGTH) :].partition(b"\r\n")[0].strip()
    if not digits.isdigit() or int(digits) > MAX_MESSAGE_BYTES:
        raise MalformedMessage(f"a message of {digits.decode(errors='replace')} bytes")
    return int(digits)


def _response(fields: Body) -> Response:
    body = _body(fields, "body")
    return Response(
        int(fields["request_seq"]),
        str(fields.get("command", "")),
        fields.get("success") is True,
        body,
        _reason(fields, body),
    )


def _body(fields: Body, name: str) -> Body:
    body = fields.get(name)
    return body if isinstance(body, dict) else {}


def _reason(fields: Body, body: Body) -> str:
    """Return why a request failed, in the words that are meant for people where there are any."""
    error = body.get("error")
    if isinstance(error, dict) and isinstance(text := error.get("format"), str):
        for name, value in _body(error, "variables").items():
            text = text.replace(f"{{{name}}}", str(value))
        return text
    return str(fields.get("message") or "")

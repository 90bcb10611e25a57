"""The Debug Adapter Protocol's framing, cut anywhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor import dap
from executor.dap import Event, MalformedMessage, MessageReader, Request, Response

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(10**17) + 1, 10**18 - 1)
BODIES = st.dictionaries(TEXTS, NUMBERS | TEXTS, max_size=4)


def framed(fields: object) -> bytes:
    content = json.dumps(fields).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


def nested(depth: int) -> dict[str, object]:
    return {"in": nested(depth - 1)} if depth else {}


@given(bodies=st.lists(BODIES, max_size=5), cut=st.integers(1, 40))
def test_messages_are_the_same_however_they_are_cut(
    bodies: list[dict[str, object]], cut: int
) -> None:
    stream = b"".join(framed({"type": "event", "event": "x", "body": body}) for body in bodies)
    reader = MessageReader()
    pieces = (stream[at : at + cut] for at in range(0, len(stream), cut))
    found = [message for piece in pieces for message in reader.feed(piece)]
    assert found == [Event("x", body) for body in bodies]


def test_halves_of_characters_and_nuls_are_replaced_wherever_they_are() -> None:
    half = "a\ud83d"
    told = framed({"type": "event", "event": "x", "body": {"\ud83d": [half, "\0", "\U0001f600"]}})
    [event] = MessageReader().feed(told)
    assert event == Event("x", {"\ufffd": ["a\ufffd", "\ufffd", "\U0001f600"]})


def test_a_line_that_slips_in_is_passed_over() -> None:
    told = framed({"type": "event", "event": "x"})
    assert list(MessageReader().feed(b"out of order\n" + told)) == [Event("x", {})]


def test_each_kind_is_read_with_what_it_brings() -> None:
    told = [
        {"seq": 3, "type": "request", "command": "runInTerminal", "arguments": {"args": ["a"]}},
        {"type": "response", "request_seq": 7, "command": "next", "success": True},
        {"type": "event", "event": "stopped", "body": {"reason": "step", "vendor": 1}},
    ]
    read = list(MessageReader().feed(b"".join(map(framed, told))))
    assert read == [
        Request(3, "runInTerminal", {"args": ["a"]}),
        Response(7, "next", success=True, body={}, message=""),
        Event("stopped", {"reason": "step", "vendor": 1}),
    ]


def test_a_refusal_is_told_in_the_words_that_are_meant_for_people() -> None:
    error = {"format": "{name} is unknown", "variables": {"name": "x"}}
    told = {"type": "response", "request_seq": 1, "success": False, "body": {"error": error}}
    [response] = MessageReader().feed(framed(told | {"message": "E17"}))
    assert isinstance(response, Response)
    assert response.message == "x is unknown"
    [bare] = MessageReader().feed(framed({**told, "body": {}, "message": "E17"}))
    assert isinstance(bare, Response)
    assert bare.message == "E17"


@pytest.mark.parametrize(
    "bytes_",
    [
        b"x" * (dap.MAX_HEADER_BYTES + 1),
        b"Content-Length: x\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 99999999999\r\n\r\n",
        b"Content-Type: json\r\n\r\n{}",
        framed([]),
        framed({"type": "whatever"}),
        framed({"type": "response"}),
        b"Content-Length: 2\r\n\r\n{]",
        framed("x").replace(b'"x"', b"[" * 3),
        b"Content-Length: 60000\r\n\r\n" + b"[" * 60000,
        framed({"type": "event", "event": "x", "body": {"n": 10**18}}),
        framed({"type": "event", "event": "x", "body": nested(100)}),
    ],
    ids=range(13),
)
def test_what_is_no_message_is_an_error(bytes_: bytes) -> None:
    with pytest.raises(MalformedMessage):
        list(MessageReader().feed(bytes_))


def test_requests_and_answers_are_written_as_they_are_read() -> None:
    asked = Request(5, "runInTerminal", {"é": 1})
    assert list(MessageReader().feed(dap.request(5, "runInTerminal", {"é": 1}))) == [asked]
    [answer] = MessageReader().feed(dap.response(6, asked, {}, "no"))
    assert answer == Response(5, "runInTerminal", success=False, body={}, message="no")

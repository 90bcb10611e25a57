"""How a server and an executor get to know each other before they say anything else.

Both prove that they know the secret, without telling it. The executor speaks first:

    executor  codlab, version, nonce
    server    version, instance, nonce, proof
    executor  welcome, proof            or    refused: why
"""

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from executor.errors import EngineUnavailable
from executor.remote import wire

log = logging.getLogger(__name__)

VERSION = 1  # of all that is said; other versions are refused
GREETING_SECONDS = 10.0
MAX_INSTANCE = 64  # characters


class Refused(EngineUnavailable):
    """One of the two does not want the other; the message says why."""


async def receive(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secret: str
) -> "Guest | None":
    """Let a server in; return None if it may not, or went away.

    Raises:
        MalformedFrame: what it said is nothing that a server says.
    """
    nonce = secrets.token_hex(16)
    writer.writelines(wire.encode({"codlab": "executor", "version": VERSION, "nonce": nonce}))
    try:
        async with asyncio.timeout(GREETING_SECONDS):
            message = await wire.read(reader, wire.STRANGERS)
    except TimeoutError:
        return None
    if message is None:
        return None
    told = message.head
    if told.get("version") != VERSION:
        _refuse(writer, f"this executor speaks version {VERSION}, not {told.get('version')}")
        return None
    instance, other, proof = (_text(told, name) for name in ("instance", "nonce", "proof"))
    if not _is_same(proof, _proof(secret, "server", nonce, other, instance)):
        _refuse(writer, "the secret is wrong")
        return None
    return Guest(writer, instance, _proof(secret, "executor", nonce, other, instance))


class Guest:
    """A server that has proved itself."""

    def __init__(self, writer: asyncio.StreamWriter, instance: str, proof: str) -> None:
        self.instance = instance
        self._writer = writer
        self._proof = proof

    def refuse(self, why: str) -> None:
        """Tell it that it is not wanted."""
        _refuse(self._writer, why)

    def welcome(self, told: Mapping[str, Any]) -> None:
        """Tell it that it is in."""
        self._writer.writelines(wire.encode({**told, "welcome": True, "proof": self._proof}))


async def introduce(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, instance: str, secret: str
) -> Mapping[str, Any]:
    """Introduce a server; return what it is welcomed with.

    Raises:
        Refused: the executor does not want it, or is none.
        MalformedFrame: what it said is nothing that an executor says.
    """
    try:
        async with asyncio.timeout(GREETING_SECONDS):
            return await _introduce(reader, writer, instance, secret)
    except TimeoutError:
        raise Refused("it says nothing") from None


async def _introduce(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, instance: str, secret: str
) -> Mapping[str, Any]:
    hello = await _said(reader, wire.STRANGERS)
    if hello.get("codlab") != "executor":
        raise Refused("what answers is no executor")
    if hello.get("version") != VERSION:
        raise Refused(f"it speaks version {hello.get('version')}, this server {VERSION}")
    theirs, nonce = _text(hello, "nonce"), secrets.token_hex(16)
    proof = _proof(secret, "server", theirs, nonce, instance)
    told = {"version": VERSION, "instance": instance, "nonce": nonce, "proof": proof}
    writer.writelines(wire.encode(told))
    answer = await _said(reader, wire.PEERS)
    if answer.get("welcome") is not True:
        raise Refused(_text(answer, "refused", 1000))
    wanted = _proof(secret, "executor", theirs, nonce, instance)
    if not _is_same(_text(answer, "proof"), wanted):
        raise Refused("what answers does not know the secret")
    return answer


async def _said(reader: asyncio.StreamReader, sizes: wire.Sizes) -> Mapping[str, Any]:
    message = await wire.read(reader, sizes)
    if message is None:
        raise Refused("it closed the connection")
    return message.head


def _refuse(writer: asyncio.StreamWriter, why: str) -> None:
    log.warning("a server is not let in: %s", why)
    writer.writelines(wire.encode({"refused": why}))


def _proof(secret: str, who: str, executors: str, servers: str, instance: str) -> str:
    said = "\0".join((who, executors, servers, instance))
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def _text(told: Mapping[str, Any], name: str, most: int = MAX_INSTANCE) -> str:
    value = told.get(name)
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise wire.MalformedFrame(f"a greeting without {name}")
    return value


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())

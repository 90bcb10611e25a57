"""Asks an adapter where the program stands, once it has said that it stands still."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress

from executor.adapter import AdapterConnection
from executor.breakpoints import TARGET
from executor.dap import Body
from executor.debug_start import Start
from executor.errors import AdapterBroke, AdapterRefused
from executor.run import SIGNAL_EXIT_BASE, signal_name
from executor.stops import Stop, StopSign, first_thread, frames_of, threads_of, total_frames

MAX_EXIT_CODE = 2**31 - 1  # processes have no more bits, nor have databases
MAX_SIGNAL = 255
LAST_WORDS_SECONDS = 3.0
MAX_REASON = 4000  # characters of it; an exception's message may be of any length
STACK_LEVELS = 50  # that everybody is shown at once; more are fetched when looked for


async def look_around(
    connection: AdapterConnection, sign: StopSign, number: int, start: Start
) -> Stop:
    """Return the stop with this number.

    Raises:
        AdapterRefused: the debugger can't tell.
        AdapterBroke: it has ended.
    """
    threads = await _ask_for_threads(connection)  # on its way together with the next
    thread_id = sign.thread_id
    if thread_id is None:
        thread_id = first_thread(await threads)
    levels = {"threadId": thread_id, "startFrame": 0, "levels": STACK_LEVELS}
    body = await connection.request("stackTrace", levels)
    frames = frames_of(body, start.files)[:STACK_LEVELS]
    description, text = await _why(connection, sign, thread_id)
    if sign.reason == "signal" and start.debugger.signal and frames:
        signal = await _number(connection, start.debugger.signal, frames[0].id)
        text = text or ("" if signal is None else signal_name(signal))
    is_exception = connection.exception_ids.intersection(sign.hit_ids)
    return Stop(
        number=number,
        reason="exception" if is_exception else sign.reason,
        description=description,
        text=text,
        thread_id=thread_id,
        frames=frames,
        threads=threads_of(await threads),
        total_frames=total_frames(body),
    )


async def _ask_for_threads(connection: AdapterConnection) -> asyncio.Future[Body]:
    """Ask for the threads, unless an adapter that tells of them has told of no change."""
    threads = connection.threads if connection.tells_of_threads else None
    if threads is None:
        threads = connection.threads = await connection.post("threads", {})
    return threads


def reason(stop: Stop, hit: Sequence[str] | None, start: Start) -> str:
    """Return why it stands still, for people; `hit` are the breakpoints that it does for.

    None of them are hit by a step that ends where only breakpoints are that let pass.
    """
    if hit is None:
        return "step"
    if stop.reason == "exception" or not {*hit} <= {TARGET}:
        return stop.reason
    if start.stop_on_entry and stop.number == 1:
        return "entry"
    return "goto" if hit else stop.reason


async def _why(connection: AdapterConnection, sign: StopSign, thread_id: int) -> tuple[str, str]:
    """Return why it stopped, in short and in full."""
    description, text = sign.text("description"), sign.text("text")
    if sign.reason == "exception" and connection.can("supportsExceptionInfoRequest"):
        told = await connection.request("exceptionInfo", {"threadId": thread_id})
        description = str(told.get("exceptionId") or description)
        text = str(told.get("description") or text)
    return description[:MAX_REASON], text[:MAX_REASON]


async def exit_code(connection: AdapterConnection, start: Start, told: int | None) -> int | None:
    """Return the exit code of a program that has ended, as shells have it; `told` is what is known.

    None if the debugger tells it in words.
    """
    debugger = start.debugger
    if debugger.exit_words and told is None:
        with suppress(AdapterRefused, AdapterBroke):
            await connection.request("disconnect", {"terminateDebuggee": True}, LAST_WORDS_SECONDS)
    if not debugger.exit_signal or told != 0:
        return told
    number = await _number(connection, debugger.exit_signal, None)
    return told if number is None else SIGNAL_EXIT_BASE + number


def code_in(output: str, start: Start) -> int | None:
    """Return the exit code that a debugger tells in words, if it does."""
    words = start.debugger.exit_words
    found = re.search(words, output) if words else None
    return code_of(int(found[1]), None) if found else None


def code_of(told: object, known: int | None) -> int | None:
    """Return the exit code that an adapter tells, if it can be one; else what is known."""
    return told if isinstance(told, int) and abs(told) <= MAX_EXIT_CODE else known


async def _number(
    connection: AdapterConnection, expression: str, frame_id: int | None
) -> int | None:
    """Evaluate to a number; None if it is none."""
    frame = {} if frame_id is None else {"frameId": frame_id}
    asked = {"expression": expression, "context": "watch", **frame}
    try:
        told = str((await connection.request("evaluate", asked)).get("result"))
    except (AdapterRefused, AdapterBroke):
        return None
    return int(told) if told.isdecimal() and int(told) <= MAX_SIGNAL else None

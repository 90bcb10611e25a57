"""What participants look at, and change, in a program that stands still: shared with their room."""

from collections.abc import Mapping

from pydantic import BaseModel

from collab.errors import CommandError
from collab.participant import Participant
from executor.dap import Body
from executor.errors import AdapterRefused, WrongState
from executor.inspection import Part
from executor.service import Session
from server.debug import commands
from server.debug.view import DebugView, value_type
from server.debug.watches import INSIDE

REFRESHED = 50  # opened variables that are read again after a change


async def inspect(session: Session, view: DebugView, by: Participant, command: BaseModel) -> Body:
    """Carries out a command that moves nothing. Raises as the session does."""
    match command:
        case commands.ReadStack(stop=stop, threadId=thread, startFrame=first, levels=levels):
            return await session.stack_trace(stop, thread, first, levels)
        case commands.ReadScopes(stop=stop, frameId=frame):
            body = await session.scopes(stop, frame)
            view.scoped(stop, frame, body.get("scopes", []))
            return {"scopes": body.get("scopes", [])}
        case commands.ReadVariables():
            return await _variables(session, view, command)
        case commands.Evaluate():
            return await _evaluate(session, view, by, command)
        case commands.SetVariable():
            return await _set_variable(session, view, by, command)
        case commands.Complete(stop=stop, frameId=frame, text=text, column=column):
            body = await session.completions(*_place(session, stop, frame), text, column)
            return {"targets": body.get("targets", [])}
        case _:
            raise CommandError("invalid", "there is no such command")


async def _variables(session: Session, view: DebugView, command: commands.ReadVariables) -> Body:
    part = Part(command.variablesReference, command.start, command.count, command.filter or "")
    body = await _read(session, command.stop, part)
    variables = body.get("variables", [])
    view.opened(command.stop, part, variables)
    return {"variables": variables}


async def _read(session: Session, stop: int, part: Part) -> Body:
    return await session.variables(stop, part.reference, part.start, part.count, part.kind)


async def _evaluate(
    session: Session, view: DebugView, by: Participant, command: commands.Evaluate
) -> Body:
    """Evaluates: under somebody's pointer for them alone, else for all.

    Who asks for a watch again is given what is known.
    """
    (stop, frame), expression = _place(session, command.stop, command.frameId), command.expression
    if command.context != "repl":
        known = view.evaluation(stop, frame, expression)
        if known is not None:
            return known
        result = await session.evaluate(stop, expression, frame, command.context, by.name)
        if command.context == "watch":
            view.evaluated(stop, frame, expression, result, by.id)
            if view.watches is not None:
                view.watches.forgive(expression)
        return result
    try:
        result = await session.evaluate(stop, expression, frame, command.context, by.name)
    except AdapterRefused as error:
        view.say("repl", str(error), by=by.id, expression=expression, failed=True)
        raise
    view.say(
        "repl",
        str(result.get("result", "")),
        by=by.id,
        expression=expression,
        **_kind(result, stop),
    )
    await _refresh(session, view, stop)
    return result


async def _set_variable(
    session: Session, view: DebugView, by: Participant, command: commands.SetVariable
) -> Body:
    stop, reference = command.stop, command.variablesReference
    result = await session.set_variable(stop, reference, command.name, command.value, by.name)
    view.say(
        "repl",
        str(result.get("value", "")),
        by=by.id,
        expression=f"{command.name} = {command.value}",
        **_kind(result, stop),
    )
    await _refresh(session, view, stop)
    return result


async def _refresh(session: Session, view: DebugView, stop: int) -> None:
    """Reads again what is open, and shows what has changed."""
    view.changed()
    for part in list(view.variables)[:REFRESHED]:
        try:
            body = await _read(session, stop, part)
        except (AdapterRefused, WrongState):
            return  # what was changed may have gone, and whoever looks for it is told
        view.opened(stop, part, body.get("variables", []))


def _place(session: Session, stop: int | None, frame: int | None) -> tuple[int, int | None]:
    """The stop and the frame that are meant, by default those where the program stands.

    A debugger that is told no frame takes the program as a whole, where it can't break off what
    hangs, and knows none of the names that people see.
    """
    here = session.stop
    if stop is None:
        if here is None:
            raise WrongState("the program does not stand still")
        stop = here.number
    if frame is None and here is not None and here.top is not None:
        frame = here.top.id
    return stop, frame


def _kind(result: Mapping[str, object], stop: int) -> dict[str, object]:
    """What a console needs to show a value; one that can be opened can so at its stop."""
    if not result.get("variablesReference"):
        return value_type(result)
    inside = {key: result[key] for key in INSIDE if key in result}
    return {**value_type(result), **inside, "stop": stop}

"""Shows a room again what it saw of a debug session that went on while there was no server."""

from collections.abc import Mapping, Sequence
from typing import Any

from executor.inspection import Part
from executor.service import Looked
from server.debug.view import DebugView


def recall(view: DebugView, console: Sequence[Mapping[str, Any]], looks: Sequence[Looked]) -> None:
    """Shows what was said in the console, and what was opened at the stop where it stands."""
    for said in console:
        view.show(dict(said))
    if view.stop is None:
        return
    for look in looks:
        asked, read = look.arguments, look.read
        if look.command == "scopes":
            view.scoped(view.stop, asked["frame_id"], read.get("scopes", []))
        elif look.command == "variables":
            part = Part(asked["reference"], asked["first"], asked["count"], asked["kind"])
            view.opened(view.stop, part, read.get("variables", []))

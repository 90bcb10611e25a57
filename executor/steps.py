"""How a program was last told to go on, and whether it has done that. Pure."""

from dataclasses import dataclass

from executor.stops import Stop


@dataclass(frozen=True, slots=True)
class Step:
    """What was asked for.

    Attributes:
        command: `next`, `continue` and the like.
        depth: of the stack where it began.
    """

    command: str
    thread_id: int
    depth: int

    @classmethod
    def leaving(cls, stop: Stop, command: str, thread_id: int | None) -> "Step":
        """Return the step that leaves a stop."""
        return cls(command, thread_id or stop.thread_id, _depth(stop))

    def ends_at(self, stop: Stop) -> bool:
        """Whether a stop is where it leads, if there were no breakpoint there."""
        if stop.thread_id != self.thread_id:
            return False
        match self.command:
            case "stepIn" | "stepBack":
                return True
            case "next":
                return _depth(stop) <= self.depth
            case "stepOut":
                return _depth(stop) < self.depth
            case _:
                return False

    def way_on(self, stop: Stop) -> str:
        """Return what leads on from a breakpoint on its way that the program does not stop at."""
        is_inside = self.command in {"next", "stepOut"} and stop.thread_id == self.thread_id
        return "stepOut" if is_inside else "continue"


def _depth(stop: Stop) -> int:
    return stop.total_frames or len(stop.frames)

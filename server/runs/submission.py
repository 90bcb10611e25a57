"""The record of a run that is submitted."""

from collab.participant import Participant
from collab.room import Room
from executor.run import RunRequest
from server.clock import milliseconds
from server.models import RunRecord


def new_record(room: Room, number: int, by: Participant, request: RunRequest) -> RunRecord:
    """The record of a run of the room's text as it is now."""
    return RunRecord(
        room_id=room.id,
        number=number,
        state="queued",
        runtime=request.runtime.id,
        entry=request.entry,
        args=list(request.args),
        tty=request.terminal is not None,
        cols=request.terminal and request.terminal.cols,
        rows=request.terminal and request.terminal.rows,
        by=by.id,
        by_name=by.name,
        queued_at=milliseconds(),
        text_hash=room.document.text_hash(),
        state_vector=room.document.state_vector(),
        output_bytes=0,
        kept_bytes=0,
        missed_files=0,
        debug=False,
    )

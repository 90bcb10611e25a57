"""A run that went on while there was no server: its record and output, as far as it is stored."""

from dataclasses import dataclass

from collab.room import Room
from executor.service import Adopted
from server.clock import milliseconds
from server.models import RunRecord
from server.runs.live_output import LiveOutput
from server.runs.live_run import LiveRun
from server.runs.records import RunRecords


@dataclass(frozen=True, slots=True)
class Restored:
    """A run as it is stored.

    Attributes:
        recorded_bytes: of its output.
    """

    run: LiveRun
    recorded_bytes: int


async def restore(room: Room, records: RunRecords, adopted: Adopted, record: RunRecord) -> Restored:
    """Makes the live run of a record, with what is stored of its output.

    Raises:
        ValueError: the executor does not have the rest of it any more.
    """
    sizes = await records.recorded(room.id, record.number)
    if sizes.recorded_bytes < adopted.kept_from:
        raise ValueError("some of its output is lost")
    record.output_bytes, record.kept_bytes = sizes.shown_bytes, sizes.kept_bytes
    record.started_at = record.started_at or _moment(adopted.started_seconds_ago)
    record.finished_at = record.finished_at or _moment(adopted.finished_seconds_ago)
    if adopted.terminal is not None:
        record.cols, record.rows = adopted.terminal.cols, adopted.terminal.rows
    run = LiveRun(room, record)
    shown = await records.output(room.id, record.number)
    run.printed = LiveOutput(shown, sizes.recorded_bytes)
    return Restored(run, sizes.recorded_bytes)


def _moment(seconds_ago: float | None) -> int | None:
    return None if seconds_ago is None else milliseconds() - round(seconds_ago * 1000)

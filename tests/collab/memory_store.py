"""The store's twin in memory; `test_store.py` holds it to the same contract as the SQL one."""

from collections.abc import Sequence

from collab.errors import RoomNotFound
from collab.generation import FIRST, Generation
from collab.segment import decode_segment, encode_segment
from collab.store import EventRow, RenewalRow, Row, Snapshot, StoredRoom, UpdateRow
from collab.update import parse_state_vector


class MemoryStore:
    """See `collab.store.Store`; `failure`, when set, is raised by every call."""

    def __init__(self) -> None:
        self.updates: dict[str, dict[int, UpdateRow]] = {}
        self.renewals: dict[str, dict[int, RenewalRow]] = {}
        self.events: dict[str, dict[int, EventRow]] = {}
        self.snapshots: dict[str, Snapshot] = {}
        self.segments: dict[str, list[bytes]] = {}
        self.failure: Exception | None = None
        self.loads = 0

    async def load(self, room_id: str) -> StoredRoom | None:
        self.loads += 1
        self._fail()
        renewals = self.renewals.get(room_id, {})
        first_seq = max(renewals, default=0)
        snapshot = self.snapshots.get(room_id)
        if snapshot is not None and snapshot.seq < first_seq:
            snapshot = None
        rows = self.updates.get(room_id, {})
        if snapshot is None and not rows:
            return None
        covered = snapshot.seq if snapshot else first_seq - 1
        tail = [rows[seq].data for seq in sorted(rows) if seq > covered]
        head = [snapshot.data] if snapshot else []
        return StoredRoom(
            head + tail,
            max(rows, default=covered),
            max(self.events.get(room_id, {}), default=0),
            Generation(
                renewals[first_seq].generation if renewals else FIRST,
                frozenset(
                    client
                    for row in renewals.values()
                    for client in parse_state_vector(row.retired)
                ),
            ),
        )

    async def append(self, rows: Sequence[Row]) -> None:
        self._fail()
        for row in rows:
            if isinstance(row, RenewalRow):
                self.renewals.setdefault(row.room_id, {}).setdefault(row.seq, row)
            if isinstance(row, EventRow):
                self.events.setdefault(row.room_id, {}).setdefault(row.seq, row)
            else:
                update = UpdateRow(row.room_id, row.seq, row.at, row.by, row.data)
                self.updates.setdefault(row.room_id, {}).setdefault(row.seq, update)

    async def compact(self, snapshot: Snapshot) -> None:
        self._fail()
        rows = self.updates.setdefault(snapshot.room_id, {})
        covered = [rows.pop(seq) for seq in sorted(rows) if seq <= snapshot.seq]
        if covered:
            self.segments.setdefault(snapshot.room_id, []).append(encode_segment(covered))
        self.snapshots[snapshot.room_id] = snapshot

    async def uncompacted(self, before: int) -> list[str]:
        self._fail()
        return [
            room_id
            for room_id, rows in self.updates.items()
            if any(row.seq > 1 and row.at < before for row in rows.values())
        ]

    async def forget(self, before: int) -> bool:
        self._fail()
        for room_id, segments in self.segments.items():
            if segments and decode_segment(room_id, segments[0])[-1].at < before:
                del segments[0]
                return True
        return False

    async def erase(self, room_id: str) -> None:
        self._fail()
        for kept in (self.updates, self.renewals, self.events, self.snapshots, self.segments):
            kept.pop(room_id, None)

    async def history(self, room_id: str) -> list[UpdateRow]:
        """What is kept of a room's past."""
        if room_id not in self.updates:
            raise RoomNotFound(room_id)
        segments = self.segments.get(room_id, [])
        packed = [row for segment in segments for row in decode_segment(room_id, segment)]
        return packed + [row for _, row in sorted(self.updates[room_id].items())]

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure

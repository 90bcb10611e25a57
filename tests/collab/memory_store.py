"""The store's twin in memory; `test_store.py` holds it to the same contract as the SQL one."""

from collections.abc import Sequence

from collab.segment import decode_segment, encode_segment
from collab.store import EventRow, Row, Snapshot, StoredRoom, UpdateRow


class MemoryStore:
    """See `collab.store.Store`; `failure`, when set, is raised by every call."""

    def __init__(self) -> None:
        self.updates: dict[str, dict[int, UpdateRow]] = {}
        self.events: dict[str, dict[int, EventRow]] = {}
        self.snapshots: dict[str, Snapshot] = {}
        self.segments: dict[str, list[bytes]] = {}
        self.failure: Exception | None = None
        self.loads = 0

    async def load(self, room_id: str) -> StoredRoom | None:
        self.loads += 1
        self._fail()
        snapshot = self.snapshots.get(room_id)
        rows = self.updates.get(room_id, {})
        if snapshot is None and not rows:
            return None
        covered = snapshot.seq if snapshot else 0
        tail = [rows[seq].data for seq in sorted(rows) if seq > covered]
        head = [snapshot.data] if snapshot else []
        return StoredRoom(
            head + tail, max(rows, default=covered), max(self.events.get(room_id, {}), default=0)
        )

    async def append(self, rows: Sequence[Row]) -> None:
        self._fail()
        for row in rows:
            if isinstance(row, UpdateRow):
                self.updates.setdefault(row.room_id, {}).setdefault(row.seq, row)
            else:
                self.events.setdefault(row.room_id, {}).setdefault(row.seq, row)

    async def compact(self, snapshot: Snapshot) -> None:
        self._fail()
        rows = self.updates.setdefault(snapshot.room_id, {})
        covered = [rows.pop(seq) for seq in sorted(rows) if seq <= snapshot.seq]
        if covered:
            self.segments.setdefault(snapshot.room_id, []).append(encode_segment(covered))
        self.snapshots[snapshot.room_id] = snapshot

    async def erase(self, room_id: str) -> None:
        self._fail()
        for kept in (self.updates, self.events, self.snapshots, self.segments):
            kept.pop(room_id, None)

    async def history(self, room_id: str) -> list[UpdateRow]:
        """What the segments hold."""
        segments = self.segments.get(room_id, [])
        return [row for segment in segments for row in decode_segment(room_id, segment)]

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure

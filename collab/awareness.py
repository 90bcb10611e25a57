"""Presence of one room: the latest state of each client id, stamped with who it belongs to.

Speaks y-protocols' awareness encoding (awareness.js). Clocks are the clients' own; a removal keeps
the clock, as y-protocols does, so that the same client may come back with it.
"""

from collections import OrderedDict
from collections.abc import Iterable

import orjson

from collab.errors import BadFrame, TooLarge
from collab.participant import Participant
from collab.structs import MAX_CLOCK
from collab.varint import Reader, block, varuint

MAX_STATE_BYTES = 8192
MAX_ENTRIES = 2048  # stock clients repeat what they hear of others, so a message may name everybody
MAX_REMEMBERED = 10_000  # departed client ids; the oldest are forgotten first
MAX_IDS_PER_SESSION = 16

NULL_STATE = b"null"
_ONE_ENTRY = b"\x01"


class _Entry:
    """What is known of a client id; `session` is None once it has left."""

    __slots__ = ("clock", "encoded", "name", "participant", "session", "stamp", "state")

    def __init__(self, client: int, session: object, participant: Participant) -> None:
        self.name = varuint(client)
        self.session: object | None = session
        self.participant = participant
        self.stamp = _stamp(participant)
        self.clock = -1
        self.state: bytes | None = None
        """JSON, stamped; None: nothing is shown."""
        self.encoded = b""
        """All of that as others are told; made when first asked for, gone with each change."""

    def show(self, clock: int, state: dict[str, object] | None, participant: Participant) -> None:
        """Takes the latest state, and says in it whose it is, whatever its client wrote there."""
        if participant is not self.participant:
            self.participant, self.stamp = participant, _stamp(participant)
        self.state = None if state is None else _stamped(state, self.stamp)
        self.clock, self.encoded = clock, b""

    def encode(self) -> bytes:
        """The entry as y-protocols has it."""
        if not self.encoded:
            self.encoded = self.name + varuint(self.clock) + block(self.state or NULL_STATE)
        return self.encoded

    def next_in(self, payload: bytes) -> dict[str, object] | None:
        """The state in a message of the next clock, as its client sends it when it moves on.

        None: the message says something else, or in another way. Raises as `decode`.
        """
        head = _ONE_ENTRY + self.name + varuint(self.clock + 1)
        start = len(head) + 2
        size = len(payload) - start
        if (
            0x80 <= size < 0x4000  # two bytes tell it
            and self.clock < MAX_CLOCK
            and payload.startswith(head)
            and payload[start - 2] == size & 0x7F | 0x80
            and payload[start - 1] == size >> 7
        ):
            return _decode_state(payload[start:])
        return None


class Awareness:
    """Who shows what; sessions are opaque keys here, compared by identity."""

    def __init__(self) -> None:
        self._entries: OrderedDict[int, _Entry] = OrderedDict()
        self._latest: dict[object, tuple[_Entry, list[int]]] = {}
        """What each session showed last, if it showed one state, and under which client id."""

    def apply(self, session: object, participant: Participant, payload: bytes) -> list[int]:
        """Takes a session's message; returns the client ids whose state it renewed.

        Entries for other people's client ids are passed over: stock clients repeat them.

        Raises:
            BadFrame: the payload is malformed.
            TooLarge: a state, or the number of the session's client ids, is over its limit.
        """
        entry, clients = self._latest.get(session, _NEVER)
        if (
            entry is not None
            and entry.session is session
            and (state := entry.next_in(payload)) is not None
        ):
            entry.show(entry.clock + 1, state, participant)
            return clients
        entries = decode(payload)
        renewed = [entry[0] for entry in entries if self._take(session, participant, entry)]
        if len(entries) == len(renewed) == 1:
            self._latest[session] = self._entries[renewed[0]], renewed
        return renewed

    def leave(self, session: object) -> list[int]:
        """Removes what a session showed; returns the client ids that are gone."""
        self._latest.pop(session, None)
        gone = [client for client, entry in self._entries.items() if entry.session is session]
        for client in gone:
            entry = self._entries[client]
            entry.session = None
            entry.show(entry.clock, None, entry.participant)
            self._entries.move_to_end(client)
        self._forget()
        return gone

    def restamp(self, participant: Participant) -> list[int]:
        """Renews name, role and colour in a participant's states; returns their client ids."""
        renewed = []
        for client, entry in self._entries.items():
            if entry.participant.id == participant.id and entry.state is not None:
                # With a higher clock, or clients would not look at it.
                entry.show(entry.clock + 1, orjson.loads(entry.state), participant)
                renewed.append(client)
        return renewed

    def owner(self, client: int) -> str | None:
        """The id of the participant who is here under that client id now."""
        entry = self._entries.get(client)
        return entry.participant.id if entry is not None and entry.session is not None else None

    def present(self) -> list[int]:
        """The client ids that show a state."""
        return [client for client, entry in self._entries.items() if entry.state is not None]

    def encode(self, clients: Iterable[int]) -> bytes:
        """Encodes the present states of some client ids as one payload."""
        known = self._entries
        entries = [known[client].encode() for client in clients if client in known]
        return varuint(len(entries)) + b"".join(entries)

    def check_invariants(self) -> None:
        """Raises AssertionError when the bookkeeping contradicts itself."""
        for entry in self._entries.values():
            if entry.session is None and entry.state is not None:
                raise AssertionError("a departed session still shows a state")

    def _take(
        self,
        session: object,
        participant: Participant,
        received: tuple[int, int, dict[str, object] | None],
    ) -> bool:
        client, clock, state = received
        entry = self._entries.get(client)
        if entry is None:
            self._check_room_for_another(session)
            entry = self._entries[client] = _Entry(client, session, participant)
        if entry.participant.id != participant.id or not _is_news(entry, session, clock, state):
            return False
        entry.session = session
        entry.show(clock, state, participant)
        return True

    def _check_room_for_another(self, session: object) -> None:
        owned = sum(entry.session is session for entry in self._entries.values())
        if owned >= MAX_IDS_PER_SESSION:
            raise TooLarge(f"more than {MAX_IDS_PER_SESSION} client ids in one session")

    def _forget(self) -> None:
        departed = [client for client, entry in self._entries.items() if entry.session is None]
        for client in departed[: max(0, len(departed) - MAX_REMEMBERED)]:
            del self._entries[client]


_NEVER: tuple[_Entry | None, list[int]] = (None, [])


def _stamp(participant: Participant) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(participant.as_json()))


def _stamped(state: dict[str, object], stamp: orjson.Fragment) -> bytes:
    state["user"] = stamp
    try:
        return orjson.dumps(state)
    except orjson.JSONEncodeError:  # nested too deep, which reading allows for
        raise BadFrame("a presence state can't be passed on") from None


def _is_news(entry: _Entry, session: object, clock: int, state: object) -> bool:
    """Whether a message of the entry's own participant says more than what is known."""
    if clock != entry.clock:
        return clock > entry.clock
    if entry.session is None:  # it left, and comes back with the clock that it left with
        return True
    return entry.session is session and state is None


def decode(payload: bytes) -> list[tuple[int, int, dict[str, object] | None]]:
    """Reads entries of client id, clock and state (None: it has left).

    Raises:
        BadFrame: the payload is malformed.
        TooLarge: a state or their number is over its limit.
    """
    reader = Reader(payload)
    count = reader.varuint()
    if count > MAX_ENTRIES:
        raise TooLarge(f"{count} presence entries in one message")
    entries = []
    for _ in range(count):
        client, clock = reader.varuint(), reader.varuint(MAX_CLOCK)
        entries.append((client, clock, _decode_state(reader.block())))
    reader.finish()
    return entries


def _decode_state(encoded: bytes) -> dict[str, object] | None:
    if len(encoded) > MAX_STATE_BYTES:
        raise TooLarge(f"a presence state of {len(encoded)} bytes, {MAX_STATE_BYTES} allowed")
    try:
        state = orjson.loads(encoded)
    except orjson.JSONDecodeError:
        raise BadFrame("a presence state is not JSON") from None
    if state is not None and not isinstance(state, dict):
        raise BadFrame("a presence state is no object")
    return state

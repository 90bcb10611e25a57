"""A large document is indexed in slices: others go on meanwhile, and nothing sent is lost."""

import asyncio
import random
from collections.abc import Iterator

import pytest
from pycrdt import Doc, Map, Text

from bench import seed
from collab.document import Document
from collab.encoded import read_document
from collab.errors import CloseCode
from collab.guard import Guard
from collab.hub import Hub
from collab.protocol import saved, sync_update
from collab.room import Room
from collab.store import UpdateRow
from collab.update import parse_in_full
from tests.collab.hostile import Forger, Trial
from tests.collab.memory_store import MemoryStore
from tests.collab.peers import Replica, Visitors, person
from tests.collab.poison import honest_document

LARGE_BYTES = 400_000
STEP_1 = b"\x00\x00"


@pytest.fixture
async def large(hub: Hub) -> Room:
    """A room whose document has 14,000 items, and nobody in it."""
    for seq, update in enumerate(seed.updates(LARGE_BYTES), start=1):
        hub.journal.put(UpdateRow("large", seq, 0, None, update))
    await hub.journal.barrier()
    return await hub.open("large")


def stored_text(store: MemoryStore, root: str = "text") -> str:
    """What a restart would show."""
    doc: Doc[Text] = Doc()
    for _, row in sorted(store.updates["large"].items()):
        doc.apply_update(row.data)
    return str(doc.get(root, type=Text))


async def test_another_room_goes_on_meanwhile(large: Room, room: Room, visitors: Visitors) -> None:
    ada, eve = visitors.join(large, person("Ada")), visitors.join(large, person("Eve"))
    bob, cy = visitors.join(room, person("Bob")), visitors.join(room, person("Cy"))
    ada.type("first")
    for word in "abc":
        bob.type(word)
        await cy.until(lambda word=word: str(cy.text).endswith(word))
    assert not large.document.guard.is_ready
    assert not str(eve.text)
    await asyncio.gather(
        ada.until(lambda: large.document.guard.is_ready), eve.until(lambda: str(eve.text))
    )
    assert str(eve.text) == "first"


async def test_saved_means_saved_meanwhile(
    large: Room, visitors: Visitors, store: MemoryStore
) -> None:
    ada, bob = visitors.join(large, person("Ada")), visitors.join(large, person("Bob"))
    ada.type("precious")
    ada.send(saved(1))
    bob.send(saved(1))  # has sent nothing before it, so it needs not wait
    await bob.until(lambda: bob.saved == [1])
    assert not large.document.guard.is_ready
    assert not ada.saved
    await ada.until(lambda: ada.saved == [1])
    assert stored_text(store) == "precious"


async def test_a_deletion_is_kept_as_well(
    large: Room, visitors: Visitors, store: MemoryStore
) -> None:
    ada = visitors.join(large, person("Ada"))
    whole = stored_text(store, "content")
    ada.doc.apply_update(large.document.encoded())
    before = ada.doc.get_state()
    del ada.doc.get("content", type=Text)[0:3]
    ada.send(sync_update(ada.doc.get_update(before)))
    ada.send(saved(1))
    await ada.until(lambda: ada.saved == [1])
    assert stored_text(store, "content") == whole[3:]


async def test_a_whole_class_that_types_at_once_is_asked_once_each(
    large: Room, visitors: Visitors
) -> None:
    pupils = [visitors.join(large, person(f"P{number}"), outbox=64 << 20) for number in range(150)]
    for number, pupil in enumerate(pupils):
        for letter in f"<{number}>":
            pupil.type(letter)
        pupil.send(saved(1))
    reader = visitors.join(large, person("Reader"))
    asked = await asyncio.gather(*map(questions_until_saved, pupils))
    assert set(asked) == {2}, "when it joined, and when the index was there"
    words = {f"<{number}>" for number in range(150)}
    await reader.until(lambda: len(str(reader.text)) == sum(map(len, words)))
    assert all(word in str(reader.text) for word in words)


async def questions_until_saved(replica: Replica) -> int:
    """Reads until its barrier is answered; how often the server asked what it has."""
    asked = 0
    while not replica.saved:
        message = await replica.peer.to_client.get()
        asked += message.startswith(STEP_1)
        replica.take(message)
    return asked


async def test_who_types_on_while_the_question_is_under_way_is_not_closed(
    large: Room, visitors: Visitors
) -> None:
    ada, bob = visitors.join(large, person("Ada")), visitors.join(large, person("Bob"))
    bob.type("!")
    ada.type("a")
    await bob.until(lambda: str(bob.text) == "!" and large.document.guard.is_ready)
    for letter in "bcdefghijklmnopqrstuvwxyz":  # ada has not read what she was asked
        ada.type(letter)
    ada.send(saved(1))
    await ada.until(lambda: ada.saved == [1])
    assert ada.session.failed_syncs == 0
    await bob.until(lambda: "abcdefghijklmnopqrstuvwxyz" in str(bob.text))


async def test_what_the_server_writes_meanwhile_is_known(large: Room, visitors: Visitors) -> None:
    ada = visitors.join(large, person("Ada"))
    ada.type("x")
    await asyncio.sleep(0)  # the first slice
    with large.edit() as document:
        document.write_file("main.py", "a = 1 🙂\n")
    assert not large.document.guard.is_ready
    ada.sync()
    await ada.until(lambda: ada.files and large.document.guard.is_ready)
    before = ada.doc.get_state()
    next(iter(ada.doc.get("files", type=Map).values()))["text"].insert(3, " b =")
    ada.send(sync_update(ada.doc.get_update(before)))
    ada.send(saved(1))
    await ada.until(lambda: ada.saved == [1])
    assert [file.text for file in large.document.files()] == ["a = b = 1 🙂\n"]


async def test_who_leaves_meanwhile_is_not_waited_for(
    hub: Hub, large: Room, visitors: Visitors, store: MemoryStore
) -> None:
    ada = visitors.join(large, person("Ada"))
    ada.type("unsaved")
    ada.leave()
    await ada.closed()
    await hub.tidy()
    again = await hub.open("large")
    assert again is not large
    ada = visitors.join(again, person("Ada"))
    ada.type("saved")
    ada.send(saved(1))
    await ada.until(lambda: ada.saved == [1])
    assert "saved" in str(again.document._doc.get("text", type=Text))


async def test_a_renewal_meanwhile_leaves_a_document_that_is_edited(
    hub: Hub, visitors: Visitors
) -> None:
    await hub.create("large", [("main.py", "x = 1\n" * 8000)], {})
    large = await hub.open("large")
    ada = visitors.join(large, person("Ada"))
    ada.type("too early")
    assert not large.document.guard.is_ready
    await large.renew()
    assert await ada.closed() is CloseCode.OUTDATED_COPY
    bob = visitors.join(large, person("Bob"))
    bob.type("new")
    bob.send(saved(1))
    await bob.until(lambda: bob.saved == [1])
    assert str(large.document._doc.get("text", type=Text)) == "new"


async def test_who_waits_in_vain_is_told(
    large: Room, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Guard) -> Iterator[None]:
        yield
        raise KeyError("a unit that is not here")

    ada, vi = visitors.join(large, person("Ada")), visitors.join(large, person("Vi"))
    monkeypatch.setattr(Guard, "index", broken)
    ada.type("x")
    assert await ada.closed() is CloseCode.TRY_AGAIN
    vi.show(1, {"cursor": 1})
    await vi.until(lambda: vi.presence)


@pytest.mark.parametrize("number", range(12))
async def test_nothing_is_lost_or_doubled(
    number: int, large: Room, visitors: Visitors, store: MemoryStore
) -> None:
    rng = random.Random(number)
    people = [visitors.join(large, person(f"P{n}"), outbox=64 << 20) for n in range(5)]
    words = [f"<{n}>" for n in range(60)]
    for word in words:
        someone = rng.choice(people)
        someone.type(word, at=0)
        if rng.random() < 0.1:
            with large.edit() as document:
                document.write_file(f"{word}.py", "🙂" * rng.randrange(3))
        if rng.random() < 0.3:
            someone.sync()
        if rng.random() < 0.3:
            while not someone.peer.to_client.empty():
                someone.take(someone.peer.to_client.get_nowait())
        for _ in range(rng.choice((0, 0, 1, 5, 20))):
            await asyncio.sleep(0)
    for one in people:
        one.send(saved(1))
    await asyncio.gather(*(one.until(lambda one=one: one.saved) for one in people))
    text = stored_text(store)
    assert sorted(text.replace(">", "> ").split()) == sorted(words)
    await asyncio.gather(*(one.until(lambda one=one: str(one.text) == text) for one in people))
    assert same_places(large.document)


def same_places(document: Document) -> bool:
    """Whether the guard knows each unit as if it had read the document just now."""
    fresh = Document([document.encoded()])
    for _ in fresh.guard.index():
        pass
    here, there = document.guard._places, fresh.guard._places
    assert here is not None
    assert there is not None
    ends = {client: range(0, end, 7) for client, end in document.guard.clocks.items()}
    units = [(client, clock) for client, clocks in ends.items() for clock in clocks]
    return (
        all(here.place(unit) == there.place(unit) for unit in units)
        and all(here.left_of(unit) == there.left_of(unit) for unit in units)
        and document.guard._low_surrogates == fresh.guard._low_surrogates
    )


@pytest.mark.parametrize("number", range(30))
def test_a_document_is_read_block_by_block_as_in_full(number: int) -> None:
    trial = Trial()
    forger = Forger(random.Random(number))
    for _ in range(20):
        trial.offer(forger.update(trial.document.guard.clocks))
    for data in (trial.document.encoded(), *honest_document(), *seed.updates(3000)):
        sections = parse_in_full(data).sections
        blocks = [(section.client, block) for section in sections for block in section.blocks]
        assert list(read_document(data)) == blocks

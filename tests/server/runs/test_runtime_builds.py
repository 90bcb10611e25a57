"""What rooms are told while an image is being made."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from collab.room import Room
from executor.errors import BuildFailed, EngineUnavailable
from executor.images import BuildProgress, ImageState
from executor.language_files import load_catalogue
from executor.languages import Catalogue, Runtime
from server.runs.runtime_builds import RuntimeBuilds

PYTHON = load_catalogue().resolve("python")
FIRST = replace(PYTHON, id="first", image="shared")
SECOND = replace(PYTHON, id="second", image="shared")
OTHER = replace(PYTHON, id="other", image="other")
STEPS = [
    BuildProgress(10, "shared 1/2", "a"),
    BuildProgress(10, "shared 1/2", "b"),
    BuildProgress(10, "shared 2/2", "c"),
    BuildProgress(60, "shared 2/2", "d"),
]


class ScriptedImages:
    """Images that are made as a test says; see `executor.images.Images`."""

    def __init__(self, steps: Iterable[BuildProgress], error: Exception | None = None) -> None:
        self.steps = steps
        self.error = error
        self.built: list[str] = []

    async def tag(self, runtime: Runtime) -> str:
        return runtime.image

    async def states(self, runtimes: Iterable[Runtime]) -> Mapping[str, ImageState]:
        if isinstance(self.error, EngineUnavailable):
            raise self.error
        return {runtime.id: ImageState.MISSING for runtime in runtimes}

    async def build(self, runtime: Runtime, progress: Callable[[BuildProgress], None]) -> None:
        self.built.append(runtime.id)
        for step in self.steps:
            progress(step)
        if self.error:
            raise self.error


class Listener:
    """As much of a room as is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def publish(self, kind: str, **fields: Any) -> None:
        assert kind == "runtime.changed"
        assert fields["runtime"]["state"] == fields["state"]
        self.told.append(fields | {"runtime": fields["runtime"]["id"]})

    @property
    def room(self) -> Room:
        return cast("Room", self)


async def told_of(images: ScriptedImages, *rooms: Listener) -> list[dict[str, object]]:
    """Has every room wait for the first runtime; returns the list of runtimes afterwards."""
    catalogue = Catalogue([FIRST, SECOND, OTHER])
    async with asyncio.TaskGroup() as tasks:
        builds = RuntimeBuilds(images, catalogue, tasks)
        await builds.look()
        for room in rooms:
            builds.ensure(FIRST, room.room)
    return builds.listed()


async def test_all_rooms_that_wait_see_one_build_and_every_step_of_it() -> None:
    images, rooms = ScriptedImages(STEPS), [Listener(), Listener()]
    await told_of(images, *rooms)
    assert images.built == ["first"]
    assert rooms[0].told == rooms[1].told
    building = [event for event in rooms[0].told if event["state"] == "building"]
    assert [(event["percent"], event["layer"]) for event in building] == [
        (10, "shared 1/2"),
        (10, "shared 2/2"),
        (60, "shared 2/2"),
    ]
    assert building[0]["line"] == "a"


async def test_what_shares_the_image_becomes_ready_with_it() -> None:
    room = Listener()
    listed = await told_of(ScriptedImages(STEPS), room)
    ready = [event["runtime"] for event in room.told if event["state"] == "ready"]
    assert ready == ["first", "second"]
    assert {one["id"]: one["state"] for one in listed} == {
        "first": "ready",
        "second": "ready",
        "other": "missing",
    }


@pytest.mark.parametrize("error", [BuildFailed("no space left"), EngineUnavailable("nobody")])
async def test_a_failed_build_is_told_with_its_reason(error: Exception) -> None:
    room = Listener()
    await told_of(ScriptedImages([], error), room)
    assert [(event["runtime"], event["state"], event["line"]) for event in room.told] == [
        ("first", "failed", str(error))
    ]

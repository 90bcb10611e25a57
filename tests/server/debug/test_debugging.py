"""Debugging together: real containers, real adapters, several sockets, stock Yjs clients."""

from pathlib import Path

import httpx2

from tests.live import LiveServer
from tests.server.debug.together import (
    by_id,
    editing,
    mark,
    ok,
    python_room,
    refusal,
    stopped,
    together,
)
from tests.socket_client import joined


async def test_a_session_belongs_to_the_whole_room(live_server: LiveServer) -> None:
    room = python_room(live_server)
    async with together(room) as (ada, ben, editor):
        await mark(editor, ada, name="b1", path="main.py", line=2, condition="b == 2")
        run = (await ok(ada, "debug.start"))["run"]
        assert run["debug"]
        for stop in (await stopped(ada), await stopped(ben)):
            assert (stop["stop"], stop["reason"], stop["run"]) == (1, "breakpoint", run["number"])
            assert (stop["file"], stop["line"]) == ("main.py", 2)
            assert [frame["name"] for frame in stop["frames"]] == ["add", "<module>"]
            assert stop["driver"] == room.owner.participant["id"]
        frame = (await ok(ben, "debug.stackTrace", stop=1, threadId=1))["frames"][0]
        [scope, *_] = (await ok(ben, "debug.scopes", stop=1, frameId=frame["id"]))["scopes"]
        reference = scope["variablesReference"]
        read = await ok(ben, "debug.variables", stop=1, variablesReference=reference)
        assert {each["name"]: each["value"] for each in read["variables"]} == {"a": "1", "b": "2"}
        assert (await ada.event("debug.variables"))["variables"] == read["variables"]
        await ok(ada, "debug.next", stop=1)
        assert (await stopped(ben))["line"] == 3
        await ok(ada, "debug.continue", stop=2)
        await ben.output(run["number"], "Who? ")
        await ok(ben, "run.input", run=run["number"], data="Bob\r")
        await ben.output(run["number"], "Hello, Bob! 10")
        assert (await ada.event("debug.ended"))["outcome"] == "exited(0)"


async def test_what_a_debugged_program_wrote_appears_in_the_room(live_server: LiveServer) -> None:
    room = python_room(live_server, "with open('made.txt', 'w') as file: file.write('made')\n")
    async with joined(room, room.owner) as ada:
        await ok(ada, "debug.start", stopOnEntry=True)
        await ok(ada, "debug.continue", stop=(await stopped(ada))["stop"])
        told = await ada.event("run.artefacts")
        assert [one["path"] for one in told["artefacts"]] == ["made.txt"]
        assert told["run"]["debug"]


async def test_answers_of_the_console_and_of_watches_reach_everybody(
    live_server: LiveServer,
) -> None:
    room = python_room(live_server)
    async with together(room) as (ada, ben, editor):
        await mark(editor, ada, name="b1", path="main.py", line=2)
        await ok(ada, "debug.start")
        frame = (await stopped(ben))["frameId"]
        await ok(ada, "debug.evaluate", stop=1, frameId=frame, expression="a + 40")
        said = await ben.event("debug.output")
        assert (said["expression"], said["output"], said["valueType"]) == ("a + 40", "40", "int")
        watched = {"stop": 1, "frameId": frame, "expression": "b + 1", "context": "watch"}
        await ok(ada, "debug.evaluate", **watched)
        told = await ben.event("debug.evaluated")
        assert (told["expression"], told["result"], told["valueType"]) == ("b + 1", "1", "int")
        await ok(ada, "debug.scopes", stop=1, frameId=frame)
        assert (await ben.event("debug.scopes"))["scopes"][0]["name"] == "Locals"
        await ok(ada, "debug.stop")
        assert (await ben.event("debug.ended"))["outcome"].startswith("stopped by")


async def test_who_comes_at_a_stop_sees_all_of_it(live_server: LiveServer) -> None:
    room = python_room(live_server)
    bob = room.join("Bob")
    async with joined(room, room.owner) as ada, editing(room, bob) as editor:
        await mark(editor, ada, name="b1", path="main.py", line=2, condition="b == 2")
        run = (await ok(ada, "debug.start"))["run"]["number"]
        stop = await stopped(ada)
        frame = stop["frameId"]
        scopes = (await ok(ada, "debug.scopes", stop=1, frameId=frame))["scopes"]
        reference = scopes[0]["variablesReference"]
        read = await ok(ada, "debug.variables", stop=1, variablesReference=reference)
        await ok(ada, "debug.evaluate", stop=1, expression="a + 41", frameId=frame, context="repl")
        async with joined(room, room.join("Late", role="viewer")) as late:
            seen = late.events[0]["debug"]
            assert seen["state"] == "stopped"
            assert (seen["run"], seen["driver"]) == (run, room.owner.participant["id"])
            told = ("stop", "reason", "threadId", "frameId", "file", "line", "frames", "threads")
            assert {name: seen[name] for name in told} == {name: stop[name] for name in told}
            assert seen["scopes"] == {str(frame): scopes}
            assert seen["variables"] == {str(reference): read["variables"]}
            assert seen["breakpoints"] == [{"id": "b1", "verified": True, "line": 2}]
            [said] = seen["console"]
            assert (said["expression"], said["output"]) == ("a + 41", "42")
            assert "uncaught" in seen["exceptions"]["chosen"]
            assert seen["deadline"] > late.events[0]["at"]
            assert await refusal(late, "debug.next", stop=1) == (
                "forbidden: a room's viewer may not do this (debug)"
            )
        await ok(ada, "debug.stop")
        assert (await ada.event("debug.ended"))["outcome"] == "stopped by Ada"
        async with joined(room, bob) as after:
            assert after.events[0]["debug"] is None
            assert after.events[0]["runs"][0]["debug"]


async def test_one_drives_until_another_takes_over(live_server: LiveServer) -> None:
    room = python_room(live_server)
    bob = room.join("Bob")
    async with joined(room, room.owner) as ada, joined(room, bob) as ben:
        await ok(ben, "debug.start", stopOnEntry=True)
        stop = await stopped(ben)
        assert stop["driver"] == bob.participant["id"]
        assert await refusal(ada, "debug.next", stop=1) == (
            "forbidden: Bob is driving; ask for control, or take it when Bob has paused for 10 s"
        )
        await stopped(ada)
        result = await ok(ada, "debug.evaluate", stop=1, expression="6 * 7", context="hover")
        assert result["result"] == "42"  # looking is everybody's
        await ok(ada, "control.take", what="debug")
        assert (await ben.event("control.changed"))["control"]["debug"] == bob.participant["id"]
        taken = (await ben.event("control.changed"))["control"]["debug"]
        assert taken == room.owner.participant["id"]
        assert (await refusal(ben, "debug.next", stop=1)).startswith("forbidden: Ada is driving")
        await ok(ada, "debug.next", stop=1)
        assert (await stopped(ben))["stop"] == 2
        assert await refusal(ada, "debug.next", stop=1) == (
            "conflict: the program has moved on: it is at stop 2, not 1"
        )
    async with joined(room, bob) as ben:  # the driver has left: who steps drives
        assert ben.events[0]["debug"]["driver"] is None
        await ok(ben, "debug.next", stop=2)
        assert (await stopped(ben))["driver"] == bob.participant["id"]
        await ok(ben, "debug.stop")


async def test_a_session_outlives_the_one_who_started_it(live_server: LiveServer) -> None:
    room = python_room(live_server)
    async with joined(room, room.owner) as ada:
        await ok(ada, "debug.start", stopOnEntry=True)
        await stopped(ada)
    async with joined(room, room.join("Bob")) as ben:
        assert ben.events[0]["debug"]["state"] == "stopped"
        assert await refusal(ben, "debug.start") == (
            "conflict: this room debugs something already; stop it first"
        )
        await ok(ben, "debug.stop")
        assert (await ben.event("debug.ended"))["outcome"] == "stopped by Bob"
        assert await refusal(ben, "debug.next", stop=1) == (
            "conflict: nothing is being debugged here"
        )


async def test_what_is_changed_is_shown_to_all(live_server: LiveServer) -> None:
    room = python_room(live_server)
    bob = room.join("Bob")
    async with (
        joined(room, room.owner) as ada,
        joined(room, bob) as ben,
        editing(room, bob) as editor,
    ):
        await mark(editor, ada, name="b1", path="main.py", line=2, condition="b == 2")
        await ok(ada, "debug.start")
        frame = (await stopped(ada))["frameId"]
        scopes = (await ok(ben, "debug.scopes", stop=1, frameId=frame))["scopes"]
        reference = scopes[0]["variablesReference"]
        await ok(ben, "debug.variables", stop=1, variablesReference=reference)
        assert len((await ada.event("debug.variables"))["variables"]) == 2
        told = await ok(
            ben, "debug.setVariable", stop=1, variablesReference=reference, name="b", value="40"
        )
        assert told["value"] == "40"
        said = await ada.event("debug.output")
        assert (said["by"], said["expression"], said["output"]) == (
            bob.participant["id"],
            "b = 40",
            "40",
        )
        changed = (await ada.event("debug.variables"))["variables"]
        assert {each["name"]: each["value"] for each in changed} == {"a": "1", "b": "40"}
        watched = {"stop": 1, "expression": "a + b", "frameId": frame, "context": "watch"}
        assert (await ok(ben, "debug.evaluate", **watched))["result"] == "41"
        assert (await ada.event("debug.evaluated"))["result"] == "41"
        assert (await ok(ada, "debug.evaluate", **watched))["result"] == "41"
        bad = await refusal(ben, "debug.evaluate", stop=1, expression="nope", frameId=frame)
        assert "NameError" in bad
        said = await ada.event("debug.output")
        assert said["failed"]
        targets = await ok(ben, "debug.completions", stop=1, frameId=frame, text="tot", column=4)
        assert "total" in {each["label"] for each in targets["targets"]}
        await ok(ada, "debug.stop")


async def test_breakpoints_follow_the_text_that_runs(live_server: LiveServer) -> None:
    text = "import time\nn = 0\nwhile n < 10**9:\n    n += 1\n    time.sleep(0.01)\n"
    room = python_room(live_server, text)
    bob = room.join("Bob")
    async with joined(room, room.owner) as ada, editing(room, bob) as editor:
        await ok(ada, "debug.start")
        await ada.event("debug.started")
        await editor.call("insert", path="main.py", index=0, text="# é 😀\n# two\n")
        await mark(editor, ada, name="b1", path="main.py", line=6)  # n += 1, line 4 of what runs
        stop = await stopped(ada)
        assert (stop["line"], stop["stop"]) == (4, 1)
        await mark(editor, ada, name="b2", path="main.py", line=2)  # there was no such line
        while "b2" not in (told := by_id((await ada.event("debug.breakpoints"))["breakpoints"])):
            continue
        assert told["b1"] == {"id": "b1", "verified": True, "line": 4}
        assert told["b2"] == {
            "id": "b2",
            "verified": False,
            "message": "the text has changed since the program was started",
        }
        await editor.call("unmark", name="b1")
        while "b1" in by_id((await ada.event("debug.breakpoints"))["breakpoints"]):
            continue
        await ok(ada, "debug.runToCursor", stop=1, file="main.py", line=5)
        assert (await stopped(ada))["line"] == 5
        await ok(ada, "debug.continue", stop=2)
        await ok(ada, "debug.pause")
        paused = await stopped(ada)
        assert (paused["stop"], paused["reason"]) == (3, "pause")
        await ok(ada, "debug.stop")


async def test_functions_to_stop_at_are_the_rooms(live_server: LiveServer) -> None:
    text = "def one():\n    two()\n\ndef two():\n    pass\n\nfor i in range(9):\n    one()\n"
    room = python_room(live_server, text)
    bob = room.join("Bob")
    async with joined(room, room.owner) as ada, editing(room, bob) as editor:
        before = ada.updates
        await editor.call("markFunction", name="f", function="two", condition="i == 3")
        await ada.until(lambda: ada.updates > before)
        await ok(ada, "debug.start")
        started = await ada.event("debug.started")
        assert started["capabilities"]["supportsFunctionBreakpoints"] is True
        stop = await stopped(ada)
        assert (stop["reason"], stop["frames"][0]["name"]) == ("function breakpoint", "two")
        value = await ok(ada, "debug.evaluate", stop=1, expression="i", frameId=stop["frameId"])
        assert value["result"] == "3"
        await editor.call("unmark", name="f")
        await editor.call("markFunction", name="g", function="one")
        while "g" not in (told := by_id((await ada.event("debug.breakpoints"))["breakpoints"])):
            continue
        assert told == {"g": {"id": "g", "verified": True}}
        async with joined(room, bob) as late:
            assert late.events[0]["debug"]["breakpoints"] == [{"id": "g", "verified": True}]
        await ok(ada, "debug.continue", stop=1)
        assert (await stopped(ada))["frames"][0]["name"] == "one"
        await ok(ada, "debug.stop")


async def test_a_session_can_be_restarted_with_what_is_written_now(live_server: LiveServer) -> None:
    room = python_room(live_server, "print('old')\ninput()\n")
    async with joined(room, room.owner) as ada, editing(room, room.join("Bob")) as editor:
        first = (await ok(ada, "debug.start", stopOnEntry=True))["run"]["number"]
        await stopped(ada)
        before = ada.updates
        await editor.call("replace", path="main.py", at=7, count=3, text="new")
        await ada.until(lambda: ada.updates > before)
        second = (await ok(ada, "debug.restart"))["run"]["number"]
        assert second == first + 1
        assert (await ada.event("debug.ended"))["outcome"] == "restarted by Ada"
        assert (await stopped(ada))["run"] == second
        await ok(ada, "debug.continue", stop=1)
        await ada.output(second, "new")
        await ok(ada, "debug.stop")


async def test_everybody_may_step_where_the_room_has_it_so(live_server: LiveServer) -> None:
    room = python_room(live_server)
    bob = room.join("Bob")
    async with (
        joined(room, room.owner) as ada,
        joined(room, bob) as ben,
        editing(room, bob) as editor,
    ):
        before = ada.updates
        await editor.call("set", key="control", value="everybody")
        await ada.until(lambda: ada.updates > before)
        await ok(ada, "debug.start", stopOnEntry=True)
        await stopped(ben)
        await ok(ben, "debug.next", stop=1)
        assert (await stopped(ben))["driver"] == bob.participant["id"]
        await ok(ada, "debug.stop")


async def test_exceptions_to_stop_at_are_the_rooms(live_server: LiveServer) -> None:
    room = python_room(live_server, "try:\n    1 / 0\nexcept ZeroDivisionError:\n    pass\n")
    async with joined(room, room.owner) as ada:
        await ok(ada, "debug.start", stopOnEntry=True)
        await stopped(ada)
        await ok(ada, "debug.exceptions", filters=["raised"])
        assert (await ada.event("debug.exceptions"))["exceptions"]["chosen"] == ["raised"]
        await ok(ada, "debug.continue", stop=1)
        stop = await stopped(ada)
        assert (stop["reason"], stop["line"]) == ("exception", 2)
        assert stop["description"] == "ZeroDivisionError"
        await ok(ada, "debug.restart")
        assert (await ada.event("debug.ended"))["outcome"] == "restarted by Ada"
        assert (await stopped(ada))["reason"] == "entry"
        await ok(ada, "debug.continue", stop=1)
        assert (await stopped(ada))["reason"] == "exception"
        await ok(ada, "debug.stop")


async def test_what_can_not_be_debugged_says_so(live_server: LiveServer) -> None:
    room = live_server.create_room(runtime="lua", files=[{"path": "main.lua", "text": "x = 1\n"}])
    async with joined(room, room.owner) as ada:
        refused = await refusal(ada, "debug.start")
        assert refused.startswith("invalid: Lua 5.4 can be run here, but not debugged")
        assert (await refusal(ada, "debug.fly")).startswith(
            "invalid: there is no command debug.fly"
        )
        assert (await refusal(ada, "debug.next")).startswith("invalid: ")


async def test_programs_without_a_socket_debug_by_http(live_server: LiveServer) -> None:
    room = python_room(live_server)
    headers = {"Authorization": f"Bearer {room.owner.access_token}"}
    url = f"{live_server.url}/api/rooms/{room.id}/debug"
    async with (
        joined(room, room.owner) as ada,
        httpx2.AsyncClient(headers=headers, timeout=30) as client,
    ):
        assert (await client.get(url)).json() is None
        started = await client.post(f"{url}/start", json={"stopOnEntry": True})
        assert started.json()["run"]["debug"]
        await stopped(ada)
        state = (await client.get(url)).json()
        assert (state["state"], state["stop"], state["line"]) == ("stopped", 1, 1)
        frame = state["frameId"]
        body = {"stop": 1, "frameId": frame, "expression": "2 + 2"}
        assert (await client.post(f"{url}/evaluate", json=body)).json()["result"] == "4"
        moved = await client.post(f"{url}/next", json={"stop": 9})
        assert (moved.status_code, moved.headers["content-type"]) == (
            409,
            "application/problem+json",
        )
        assert "moved on" in moved.json()["detail"]
        misspelt = await client.post(f"{url}/next", json={"halt": 1})
        assert misspelt.status_code == 422
        assert (await client.post(f"{url}/next", json={"stop": 1})).json() == {}
        await stopped(ada)
        await client.post(f"{url}/stop")
        await ada.event("debug.ended")


async def test_a_session_that_nobody_uses_ends_unless_it_is_extended(tmp_path: Path) -> None:
    short = {"CODLAB_DEBUG_SECONDS": "15", "CODLAB_DEBUG_MAX_SECONDS": "19"}
    with LiveServer(tmp_path, settings=short) as server:
        room = python_room(server)
        async with joined(room, room.owner) as ada, joined(room, room.join("Bob")) as ben:
            await ok(ada, "debug.start", stopOnEntry=True)
            deadline = (await ada.event("debug.started"))["deadline"]
            await stopped(ben)
            await ok(ben, "debug.extend")
            extended = await ada.event("debug.extended")
            assert extended["deadline"] > deadline
            notice = await ada.event("notice")
            assert "ends in 4 s unless" in notice["text"]
            assert notice["at"] < extended["deadline"]
            await ada.command("debug.extend")  # now it lasts as long as it may, if it did not
            assert await refusal(ada, "debug.extend") == (
                "conflict: the session has all the time that it may have"
            )
            ended = await ada.event("debug.ended")
            assert ended["outcome"] == "the debug session's time was up"

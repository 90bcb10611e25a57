"""Values that a whole room sees, by real debuggers in real containers."""

import time
from typing import Any

import httpx2

from tests.live import LiveServer
from tests.server.debug.together import editing, mark, ok, python_room, refusal, stopped, together
from tests.socket_client import SocketClient, joined

C_PROGRAM = """\
struct point { int x; int y; };

int main(void) {
    struct point origin = {3, 4};
    origin.x += 1;
    return origin.y - 4;
}
"""


ENDLESS = """\
def forever():
    while True:
        pass

a = 1
b = 2
c = 3
d = 4
"""
JS_PROGRAM = """\
const big = Array.from({ length: 100000 }, (_, at) => at * 2)
const names = Object.fromEntries(big.slice(0, 300).map((at) => ["k" + at, at]))
console.log(big.length)
"""


async def watched(client: SocketClient, *expressions: str) -> dict[str, Any]:
    """What is told of these expressions, by expression; of one stop."""
    found: dict[str, Any] = {}
    while not set(expressions) <= set(found):
        told = await client.event("debug.watches")
        found |= {each["expression"]: each for each in told["watches"]}
    return found


async def test_watches_of_python_have_values_for_all_and_for_who_comes_later(
    live_server: LiveServer,
) -> None:
    room = python_room(live_server)
    async with together(room) as (ada, ben, editor):
        await mark(editor, ada, name="b1", path="main.py", line=3)
        await editor.call("watch", name="w1", expression="[a, b, c]")
        await editor.call("watch", name="w2", expression="nowhere")
        await ok(ada, "debug.start")
        stop = await stopped(ben)
        found = await watched(ben, "[a, b, c]", "nowhere")
        assert found["[a, b, c]"]["result"] == "[0, 0, 0]"
        assert "not defined" in found["nowhere"]["failure"]
        reference = found["[a, b, c]"]["variablesReference"]
        read = await ok(ada, "debug.variables", stop=1, variablesReference=reference)
        assert [each["value"] for each in read["variables"] if each["name"] in "012"] == ["0"] * 3
        async with joined(room, room.join("Vera", role="viewer")) as vera:
            hello = await vera.event("hello")
            held = {each["expression"]: each for each in hello["debug"]["watches"]}
            assert held == found
        await editor.call("watch", name="w3", expression="c + 1")
        assert (await watched(ada, "c + 1"))["c + 1"]["result"] == "1"
        await ok(ben, "debug.evaluate", stop=1, frameId=stop["frameId"], expression="a = 7")
        assert (await watched(ada, "[a, b, c]"))["[a, b, c]"]["result"] == "[7, 0, 0]"
        await ok(ada, "debug.next", stop=1)
        assert (await stopped(ben))["stop"] == 2
        await ok(ada, "debug.stop")


async def test_a_struct_in_the_console_is_opened_by_somebody_else_until_the_program_goes_on(
    live_server: LiveServer,
) -> None:
    room = live_server.create_room(
        name="Ada", runtime="c", files=[{"path": "main.c", "text": C_PROGRAM}]
    )
    async with together(room) as (ada, ben, editor):
        await mark(editor, ada, name="b1", path="main.c", line=5)
        await editor.call("watch", name="w", expression="origin.x * 10")
        await editor.call("watch", name="n", expression="nowhere")
        await ok(ada, "debug.start")
        frame = (await stopped(ben))["frameId"]
        found = await watched(ben, "origin.x * 10", "nowhere")
        assert found["origin.x * 10"]["result"] == "30"
        assert 'No symbol "nowhere"' in found["nowhere"]["failure"]
        await ok(ada, "debug.evaluate", stop=1, frameId=frame, expression="origin")
        said = await ben.event("debug.output")
        assert said["stop"] == 1
        step = await refusal(ada, "debug.evaluate", stop=1, frameId=frame, expression="next")
        assert 'No symbol "next" in current context.' in step
        assert (await ben.event("debug.output"))["failed"]
        asked = {"variablesReference": said["variablesReference"]}
        read = await ok(ben, "debug.variables", stop=1, **asked)
        assert [(each["name"], each["value"]) for each in read["variables"]] == [
            ("x", "3"),
            ("y", "4"),
        ]
        assert (await ada.event("debug.variables"))["variables"] == read["variables"]
        await ok(ada, "debug.next", stop=1)
        await stopped(ben)
        assert (await refusal(ben, "debug.variables", stop=1, **asked)).startswith("conflict: ")
        await ok(ada, "debug.stop")


async def test_a_hundred_thousand_elements_are_read_in_pages_and_never_at_once(
    live_server: LiveServer,
) -> None:
    room = live_server.create_room(
        name="Ada", runtime="node", files=[{"path": "main.js", "text": JS_PROGRAM}]
    )
    async with together(room) as (ada, ben, editor):
        await mark(editor, ada, name="b1", path="main.js", line=3)
        await ok(ada, "debug.start")
        frame = (await stopped(ben))["frameId"]
        big = await ok(ada, "debug.evaluate", frameId=frame, expression="big")
        assert big["indexedVariables"] == 100_000
        asked = {"stop": 1, "variablesReference": big["variablesReference"]}
        assert "read them in pages" in await refusal(ben, "debug.variables", **asked)
        page = await ok(ben, "debug.variables", **asked, start=99_900, count=100)
        read = {each["name"]: each["value"] for each in page["variables"]}
        assert (read["99900"], read["99999"]) == ("199800", "199998")
        told = await ada.event("debug.variables")
        assert (told["start"], told["count"]) == (99_900, 100)
        named = await ok(ben, "debug.variables", **asked, filter="named")
        assert "length" in {each["name"] for each in named["variables"]}
        await ok(ada, "debug.evaluate", frameId=frame, expression="big[99900] = 7")
        while (told := await ben.event("debug.variables"))["variables"][0]["value"] != "7":
            pass
        assert (told["start"], told["count"]) == (99_900, 100)
        await ok(ada, "debug.next", stop=1)
        await stopped(ben)
        await ok(ada, "debug.stop")


async def test_a_viewer_opens_values_and_evaluates_none(live_server: LiveServer) -> None:
    room = python_room(live_server)
    viewer = room.join("Vera", role="viewer")
    async with (
        joined(room, room.owner) as ada,
        joined(room, viewer) as vera,
        editing(room, room.owner) as editor,
    ):
        await mark(editor, ada, name="b1", path="main.py", line=2)
        await ok(ada, "debug.start")
        frame = (await stopped(vera))["frameId"]
        await ok(vera, "debug.stackTrace", stop=1, threadId=1)
        [scope, *_] = (await ok(vera, "debug.scopes", stop=1, frameId=frame))["scopes"]
        read = {"stop": 1, "variablesReference": scope["variablesReference"]}
        assert (await ok(vera, "debug.variables", **read))["variables"]
        url = f"{room.server.url}/api/rooms/{room.id}/debug"
        headers = {"authorization": f"Bearer {viewer.access_token}"}
        async with httpx2.AsyncClient(headers=headers, timeout=30) as client:
            assert (await client.post(f"{url}/variables", json=read)).status_code == 200
            evaluation = {"stop": 1, "expression": "a"}
            assert (await client.post(f"{url}/evaluate", json=evaluation)).status_code == 403
        for command, fields in (
            ("evaluate", {"expression": "a", "context": "watch"}),
            ("setVariable", {**read, "name": "a", "value": "1"}),
            ("completions", {"text": "a", "column": 2}),
            ("next", {"stop": 1}),
        ):
            assert (await refusal(vera, f"debug.{command}", **fields)).startswith("forbidden: ")
        await ok(ada, "debug.stop")


async def test_a_watch_that_hangs_costs_one_step_its_time_and_no_other(
    live_server: LiveServer,
) -> None:
    room = python_room(live_server, ENDLESS)
    async with joined(room, room.owner) as ada, editing(room, room.owner) as editor:
        await mark(editor, ada, name="b1", path="main.py", line=6)
        await editor.call("watch", name="w", expression="a")
        await editor.call("watch", name="h", expression="forever()")
        await ok(ada, "debug.start")
        await stopped(ada)
        assert (await watched(ada, "a"))["a"]["result"] == "1"
        await ok(ada, "debug.next", stop=1)
        assert (await stopped(ada))["stop"] == 2
        found = await watched(ada, "a", "forever()")
        assert found["a"]["result"] == "1"
        assert "takes too long" in found["forever()"]["failure"]
        began_at = time.monotonic()
        await ok(ada, "debug.next", stop=2)
        await stopped(ada)
        assert time.monotonic() - began_at < 3
        await ok(ada, "debug.stop")

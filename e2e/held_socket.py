"""A room's socket over a network that is slow for as long as a test wants it to be."""

import json
import re

from playwright.sync_api import Page, WebSocketRoute

JSON_FRAME = 4


class HeldSocket:
    """Keeps what a page sends to its room, while it is told to. Holds for sockets opened later."""

    def __init__(self, page: Page) -> None:
        self.commands: list[str] = []
        """The types of all commands that the page has sent."""
        self._is_held = False
        self._kept: list[tuple[WebSocketRoute, bytes]] = []
        page.route_web_socket(re.compile("/collab/"), self._open)

    def hold(self) -> None:
        """Lets nothing through from now on."""
        self._is_held = True

    def release(self) -> None:
        """Sends what was kept, and lets all through again."""
        self._is_held = False
        for server, frame in self._kept:
            server.send(frame)
        self._kept.clear()

    def _open(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(lambda frame: self._take(server, _bytes(frame)))

    def _take(self, server: WebSocketRoute, frame: bytes) -> None:
        if frame[0] == JSON_FRAME:
            self.commands.append(json.loads(frame[1:])["type"])
        if self._is_held:
            self._kept.append((server, frame))
        else:
            server.send(frame)


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame

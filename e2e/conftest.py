from collections.abc import Callable, Generator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from e2e.chromium import launch_options
from e2e.complaints import Complaints
from e2e.debug_page import DebugPage, Enter
from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return launch_options()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[LiveServer]:
    """One server for all tests that do not stop it."""
    with LiveServer(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def base_url() -> str:
    """Empty, as there are several servers. Stands for pytest-base-url's, which pytest 9 refuses."""
    return ""


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Generator[LiveServer]:
    """A server that the test may stop."""
    with LiveServer(tmp_path_factory.mktemp("own-server")) as server:
        yield server


@pytest.fixture
def complaints() -> Generator[Complaints]:
    """Fails a test in whose pages something went wrong unseen."""
    complaints = Complaints()
    yield complaints
    assert not complaints.all


@pytest.fixture
def open_page(
    new_context: Callable[..., BrowserContext], complaints: Complaints
) -> Callable[..., Page]:
    """Opens a page in a browser profile of its own, as another person would."""

    def open_page(url: str, **options: Any) -> Page:
        context = new_context(reduced_motion="reduce", **options)
        page = context.new_page()
        complaints.listen_to(page)
        page.goto(url)
        return page

    return open_page


@pytest.fixture
def enter(open_page: Callable[..., Page], room: LiveRoom) -> Enter:
    """People enter the test's `room`, to debug."""

    def enter(name: str, role: str = "editor") -> DebugPage:
        return DebugPage(RoomPage.join(open_page(room.links[role]), name=name))

    return enter

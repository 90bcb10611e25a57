"""The front end's files, as the build leaves them: compressed beside the plain ones."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from server.routes.pages import IMMUTABLE, page_routes

SCRIPT = b"console.log(1)"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (tmp_path / "secret").write_text("secret")
    (static / "index.html").write_bytes(b"<!doctype html>plain")
    (static / "assets" / "app-1.js").write_bytes(SCRIPT)
    (static / "assets" / "app-1.js.br").write_bytes(b"brotli")
    (static / "assets" / "app-1.js.gz").write_bytes(b"gzip")
    (static / "mark.svg").write_bytes(b"<svg/>")
    return static


@pytest.fixture
async def client(directory: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    app = Starlette(routes=page_routes(directory))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/r/abcdefgh"])
async def test_the_page_is_always_asked_for_again(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.text == "<!doctype html>plain"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("br, gzip", "br", b"brotli"),
        ("gzip, br", "br", b"brotli"),
        ("gzip, br;q=0", "gzip", b"gzip"),
        ("GZIP;q=0.5", "gzip", b"gzip"),
        ("identity", None, SCRIPT),
        ("", None, SCRIPT),
    ],
)
async def test_assets_come_in_the_best_encoding_the_browser_takes(
    client: httpx2.AsyncClient, accepted: str, encoding: str | None, body: bytes
) -> None:
    headers = {"Accept-Encoding": accepted}
    async with client.stream("GET", "/assets/app-1.js", headers=headers) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert raw == body
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == IMMUTABLE
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/none.js",
        "/assets/%2e%2e/%2e%2e/secret",
        "/assets/..%2f..%2fsecret",
        "/assets//etc/passwd",
        "/assets/a%00b",
        "/assets/" + "x" * 300,
        "/assets/",
        "/none.svg",
        "/assets",
    ],
)
async def test_nothing_outside_the_directory_is_served(
    client: httpx2.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_files_beside_the_page_are_served(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/mark.svg")
    assert answer.headers["content-type"] == "image/svg+xml"


async def test_a_page_that_is_not_built_says_how_to_build_it(
    client: httpx2.AsyncClient, directory: Path
) -> None:
    (directory / "index.html").unlink()
    answer = await client.get("/")
    assert answer.status_code == 503
    assert "make run" in answer.text

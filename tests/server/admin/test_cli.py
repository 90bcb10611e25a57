"""The command line, run as people run it, on a directory of its own."""

import asyncio
import logging
import re
import zipfile
from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from collab.document import Document
from collab.store import Snapshot, UpdateRow
from collab.store_sql import SqlStore
from server.cli import main
from server.db import create_engine
from server.settings import async_url
from tests.server.house import NO_ENGINE


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CODLAB_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CODLAB_DOCKER_HOST", NO_ENGINE)
    monkeypatch.setenv("CODLAB_PORT", "0")
    monkeypatch.delenv("CODLAB_DATABASE_URL", raising=False)
    handlers = logging.getLogger().handlers[:]
    yield tmp_path / "data"
    logging.getLogger().handlers[:] = handlers


def test_a_room_is_created_listed_and_got_back_into(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["room", "create", "--title", "Kata"]) == 0
    links = capsys.readouterr().out
    found = re.findall(
        r"^(\w+) +http://127\.0\.0\.1:0/r/([a-z2-7]{20})#[\w-]{32}$", links, re.MULTILINE
    )
    assert [role for role, _ in found] == ["owner", "editor", "viewer"]
    room_id = found[0][1]

    assert main(["room", "list"]) == 0
    listed = capsys.readouterr().out
    assert listed.startswith(room_id)
    assert re.search(r" \d+B +Kata$", listed.rstrip())

    assert main(["room", "links", room_id, "--role", "editor"]) == 0
    assert f"/r/{room_id}#" in capsys.readouterr().out


def test_the_past_of_a_room_is_listed_and_exported(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["room", "create"])
    room_id = capsys.readouterr().out.split("/r/")[1][:20]
    asyncio.run(write_past(engine_in(configured), room_id))
    assert main(["room", "history", room_id]) == 0
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert re.match(r"2023-11-14T22:13:20Z to 2023-11-14T22:13:21Z +2 edits +ada$", first)
    assert re.match(r"2023-11-14T23:13:20Z to 2023-11-14T23:13:20Z +1 edits +grace$", second)

    def exported(*arguments: str) -> str:
        assert main(["room", "export", room_id, *arguments, "--output", "past.zip"]) == 0
        with zipfile.ZipFile("past.zip") as archive:
            text = archive.read("a.py").decode()
        Path("past.zip").unlink()
        return text

    assert exported() == "three"
    assert exported("--at", "2023-11-14T22:13:20.500") == "one"
    assert exported("--at", "2023-11-14T23:50:00+01:00") == "two"


def test_a_past_that_is_not_there_is_told(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["room", "create"])
    room_id = capsys.readouterr().out.split("/r/")[1][:20]
    asyncio.run(write_past(engine_in(configured), room_id))
    assert main(["room", "export", room_id, "--at", "2023-11-14"]) == 1
    assert "from 2023-11-14T22:13:20Z on" in capsys.readouterr().err
    assert main(["room", "export", room_id, "--at", "2999-01-01"]) == 1
    assert "2999-01-01T00:00:00Z is in the future" in capsys.readouterr().err
    Path(f"{room_id}.zip").touch()
    assert main(["room", "export", room_id]) == 1
    assert f"{room_id}.zip can't be written" in capsys.readouterr().err
    for action in ("history", "export"):
        assert main(["room", action, "nothere"]) == 1
        assert "no room nothere" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["room", "export", room_id, "--at", "yesterday"])
    assert "yesterday" in capsys.readouterr().err


def engine_in(data_dir: Path) -> AsyncEngine:
    return create_engine(async_url(f"sqlite:///{data_dir}/codlab.sqlite3"))


async def write_past(engine: AsyncEngine, room_id: str) -> None:
    """Gives a new room three updates of another day in the place of its own."""
    store = SqlStore(engine)
    await store.erase(room_id)
    document, updates = Document(), list[bytes]()
    for text in ("one", "two", "three"):
        with document.edit(updates.append):
            document.write_file("a.py", text)
    start = 1_700_000_000_000
    times = zip((start, start + 1000, start + 3_600_000), ("ada", "ada", "grace"), strict=True)
    rows = zip(times, updates, strict=True)
    await store.append(
        [UpdateRow(room_id, seq, at, by, data) for seq, ((at, by), data) in enumerate(rows, 1)]
    )
    await store.compact(Snapshot(room_id, 3, start, document.encoded()))
    await engine.dispose()


def test_what_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["room", "links", "nothere"]) == 1
    assert "no room nothere" in capsys.readouterr().err
    assert main(["room", "create", "--runtime", "klingon"]) == 1
    assert "no runtime 'klingon'; is it" in capsys.readouterr().err
    assert main(["runtimes", "list"]) == 1
    assert "container engine" in capsys.readouterr().err
    assert main(["runtimes", "build", "klingon"]) == 1
    assert "klingon" in capsys.readouterr().err


def test_migrate_makes_the_database(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert main(["migrate"]) == 0
    assert (configured / "codlab.sqlite3").exists()
    assert (configured.stat().st_mode & 0o777) == 0o700


def test_the_doctor_tells_what_is_missing_and_how_to_get_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CODLAB_HSOT", "0.0.0.0")
    monkeypatch.setattr("server.admin.doctor.STATIC", tmp_path)
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    for subject, grade in (
        ("Python", "ok"),
        ("front end", "missing"),
        ("database", "warning"),
        ("engine", "warning"),
        ("address", "ok"),
        ("configuration", "warning"),
    ):
        assert re.search(rf"^{grade} +{subject} ", told, re.MULTILINE), told
    assert "make run" in told
    assert "CODLAB_HSOT" in told


def test_the_doctor_is_content_when_nothing_essential_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "index.html").touch()
    monkeypatch.setattr("server.admin.doctor.STATIC", tmp_path)
    main(["migrate"])
    assert main(["doctor"]) == 0
    assert re.search(r"^ok +database ", capsys.readouterr().out, re.MULTILINE)


def test_an_unreachable_database_is_told_without_its_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODLAB_DATABASE_URL", "postgresql://user:s3cret@127.0.0.1:9/name")
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert re.search(r"^missing +database ", told, re.MULTILINE)
    assert "s3cret" not in told


def test_a_wrong_setting_is_told_by_its_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODLAB_PORT", "many")
    assert main(["doctor"]) == 2
    assert capsys.readouterr().err.startswith("CODLAB_PORT: ")

"""Where an executor listens, and who may be there already."""

import asyncio
import os
from pathlib import Path

import pytest

from executor.remote import address
from executor.remote.address import Address
from tests.executor.remote.separate import Separate


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("unix:///run/executor.sock", Address(path="/run/executor.sock")),
        ("tcp://127.0.0.1:7100", Address(host="127.0.0.1", port=7100)),
        ("tcp://[::1]:7100", Address(host="::1", port=7100)),
        ("unix://run/executor.sock", None),
        ("tcp://executor", None),
        ("tcp://executor:0x1", None),
        ("http://executor:80", None),
        ("/run/executor.sock", None),
    ],
)
def test_an_address_is_a_path_or_a_host_and_a_port(url: str, read: Address | None) -> None:
    if read is None:
        with pytest.raises(ValueError, match=r"executor|Port"):
            Address.of(url)
    else:
        assert Address.of(url) == read
        assert str(read) == url


async def test_a_socket_is_its_owners_and_takes_the_place_of_a_dead_one(
    separate: Separate, tmp_path: Path
) -> None:
    mode = (await asyncio.to_thread(os.stat, separate.address.path)).st_mode
    assert mode & 0o777 == 0o600
    with pytest.raises(OSError, match="another executor listens at"):
        await separate.address.listen(lambda _reader, _writer: asyncio.sleep(0))
    dead = Address(path=str(tmp_path / "dead.sock"))
    for _ in range(2):
        server = await dead.listen(lambda _reader, _writer: asyncio.sleep(0))
        server.close()  # the file stays, as after a kill
        assert await asyncio.to_thread(os.path.exists, dead.path)


async def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "database"
    path.write_text("precious")
    with pytest.raises(OSError, match="database is there already, and is no socket"):
        await Address(path=str(path)).listen(lambda _reader, _writer: asyncio.sleep(0))
    assert path.read_text() == "precious"


async def test_a_host_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(address, "CONNECT_SECONDS", 0.01)
    monkeypatch.setattr(asyncio, "open_connection", never)
    with pytest.raises(TimeoutError, match="nothing answers there"):
        await Address(host="192.0.2.1", port=7100).connect()

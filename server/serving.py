"""Runs the server under uvicorn and says where it is."""

import gc
import logging
import os
import socket
import sys
import threading
import webbrowser

import uvicorn
from anyio import to_thread

from server.app import create_app
from server.settings import Settings
from server.web import open_files
from server.web.http_protocol import RequestProtocol
from server.web.ws_protocol import RoomSocketProtocol

logger = logging.getLogger(__name__)

MARGIN_SECONDS = 2.0  # for what comes after saving: the engine's and the database's connections
KEEP_ALIVE_SECONDS = 75  # more than the 60 s after which proxies drop a connection


class Server(uvicorn.Server):
    """Prints its address, once it can be used."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See `uvicorn.Server.startup`."""
        await super().startup(sockets)
        if not self.started:
            return
        gc.collect()
        gc.freeze()  # what was imported lives as long as the process; the collector need not look
        address = self._address()
        sys.stdout.write(f"CodLabStudio is at {address}\n")
        sys.stdout.flush()
        if self._settings.open_browser and _has_browser():
            await to_thread.run_sync(webbrowser.open, address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See `uvicorn.Server.shutdown`. Whatever hangs, the process ends in the stated time."""
        stated = self._settings.shutdown_seconds + self._settings.drain_seconds
        watchdog = threading.Timer(stated + MARGIN_SECONDS, _give_up)
        watchdog.daemon = True  # and not cancelled: what is left at the process's end may hang too
        watchdog.start()
        await super().shutdown(sockets)
        self._captured_signals.clear()  # uvicorn would let them end the process, before our code

    @property
    def has_lost(self) -> bool:
        """Whether something that was accepted could not be saved before the end."""
        return bool(self.lifespan.state["hub"].lost)

    def _address(self) -> str:
        host, port = self._settings.host, self.servers[0].sockets[0].getsockname()[1]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(settings: Settings) -> int:
    """Serves until told to stop; returns the process's exit code: 1 if anything was not saved."""
    open_files.raise_limit()
    server = Server(_config(settings), settings)
    server.run()
    return 0 if server.started and not server.has_lost else 1


def _config(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=RequestProtocol,
        ws=RoomSocketProtocol,
        ws_max_size=settings.message_bytes,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )


def _give_up() -> None:
    """Ends the process as a kill would; what is durable stays so."""
    logger.critical("something does not end: the process ends without it")
    logging.shutdown()
    os._exit(1)


def _has_browser() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY"))

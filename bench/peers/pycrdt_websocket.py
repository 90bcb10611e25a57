"""pycrdt-websocket under uvicorn and uvloop, on the port that is given; nothing is stored."""

import logging
import sys

import anyio
import uvicorn
import uvloop
from pycrdt.websocket import ASGIServer, WebsocketServer

logger = logging.getLogger(__name__)


def _log(error: Exception, _: logging.Logger) -> bool:
    logger.error("%r", error)
    return True  # without a handler, one lost peer ends the whole server


async def _serve(port: int) -> None:
    rooms = WebsocketServer(auto_clean_rooms=False, exception_handler=_log)
    config = uvicorn.Config(
        ASGIServer(rooms),
        host="127.0.0.1",
        port=port,
        log_level="error",
        http="httptools",
        ws_per_message_deflate=False,
        backlog=4096,
        lifespan="off",
    )
    async with rooms, anyio.create_task_group() as tasks:
        tasks.start_soon(uvicorn.Server(config).serve)


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))

"""Whether a snapshot loads as the document that it was taken of.

pycrdt keeps the interpreter's lock while it loads, which takes a tenth of a second for a few
megabytes. So a large snapshot is proven by a process of its own: `python -m collab.proof` reads
one from its standard input and writes what it found.
"""

import asyncio
import sys
from dataclasses import dataclass

import orjson

from collab.document import Document
from collab.errors import DocumentDamaged, is_from_pycrdt

PROVEN_HERE_BYTES = 64 << 10  # about 2 ms; a process takes 100 to start


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What two copies of one document have in common, and no others."""

    clocks: dict[int, int]
    text_hash: str


class ProofFailed(Exception):
    """It could not be found out; the next try may do better."""


def fingerprint(document: Document) -> Fingerprint:
    """Takes a document's."""
    return Fingerprint(dict(document.guard.clocks), document.text_hash())


async def prove(data: bytes, expected: Fingerprint) -> None:
    """Returns if a document that is loaded from `data` has that fingerprint.

    Raises:
        DocumentDamaged: it has not, or can't be loaded.
        ProofFailed: the process that was to find out failed.
    """
    is_small = len(data) <= PROVEN_HERE_BYTES
    if (_found(data) if is_small else await _found_by_process(data)) != expected:
        raise DocumentDamaged("the document does not survive being saved as a snapshot")


def _found(data: bytes) -> Fingerprint | None:
    """The fingerprint of what loads; None: it does not."""
    try:
        return fingerprint(Document([data]))
    except BaseException as error:
        if not is_from_pycrdt(error):
            raise
        return None


async def _found_by_process(data: bytes) -> Fingerprint | None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        output, errors = await process.communicate(data)
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode != 0:
        raise ProofFailed(errors.decode(errors="replace")[-1000:])
    found = orjson.loads(output)
    return Fingerprint(dict(found[0]), found[1]) if found else None


def _main() -> None:
    found = _found(sys.stdin.buffer.read())
    told = (list(found.clocks.items()), found.text_hash) if found else None
    sys.stdout.buffer.write(orjson.dumps(told))


if __name__ == "__main__":
    _main()

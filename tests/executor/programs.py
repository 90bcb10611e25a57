"""Programs that both kinds of sandbox can run: Python for the real one, scripted for the fake."""

import asyncio
import json
from textwrap import dedent

from executor.run import Exit, SourceFile, Stream, TerminalSize
from tests.executor.fake_sandbox import OUT_OF_MEMORY, Behaviour, FakeProcess


def _source(text: str) -> str:
    return dedent(text).lstrip()


HELLO = "print('hello')\n"
GREET = _source("""
    name = input('name? ')
    print(f'Hello, {name}!')
""")
BOTH_STREAMS = _source("""
    import sys
    print('out')
    print('err', file=sys.stderr)
""")
DESCRIBE = _source("""
    import json, os, sys
    from pathlib import Path
    files = {str(p): p.read_bytes().decode() for p in Path('.').rglob('*') if p.is_file()}
    files.pop(sys.argv[0])
    print(json.dumps([files, sys.argv[1:], os.environ['GREETING']]))
""")
COUNT_INPUT = _source("""
    import sys
    print(len(sys.stdin.read()))
""")
EXIT_3 = "raise SystemExit(3)\n"
WAIT_FOR_EVER = _source("""
    import time
    print('waiting')
    time.sleep(1000)
""")
FLOOD = "while True: print('x' * 1000)\n"
WATCH_SIZE = _source("""
    import os, signal
    signal.signal(signal.SIGWINCH, lambda *_: None)
    before = os.get_terminal_size()
    print('size', *before)
    while os.get_terminal_size() == before: signal.pause()
    print('size', *os.get_terminal_size())
""")
LEAVE_A_DAEMON = _source("""
    import os, time
    if os.fork() == 0:
        os.setsid()
        time.sleep(1000)
    open('kept', 'x').close()
    print('left')
""")
LOOK_AROUND = _source("""
    import os
    print('kept' if os.path.exists('kept') else 'lost')
    print(sum(name.isdigit() for name in os.listdir('/proc')))
""")
TOOL_SCRIPT = "#!/bin/sh\ncd /tmp/build; echo made `find . -type f | sort`"
DATA = bytes(range(256)) * 1000
BUILD = _source(f"""
    import os
    os.makedirs('/tmp/build/lib')
    with open('/tmp/build/lib/data', 'wb') as file: file.write(bytes(range(256)) * 1000)
    with open('/tmp/build/tool', 'w') as file: file.write({TOOL_SCRIPT!r})
    os.chmod('/tmp/build/tool', 0o755)
""")
BUILT = (
    SourceFile("lib/data", DATA),
    SourceFile("tool", TOOL_SCRIPT.encode(), is_executable=True),
)
TOOL = "/tmp/build/tool"
WRITE_FILES = _source("""
    import os
    open('made.txt', 'w').write('made')
    os.makedirs('plots')
    open('plots/big.png', 'w').write('x' * 2000)
    open('given.txt', 'a').write(' and changed')
""")
WRITTEN = (
    SourceFile("given.txt", b"given and changed"),
    SourceFile("made.txt", b"made"),
    SourceFile("plots/big.png", b"x" * 2000),
)
EAT_MEMORY = _source("""
    hoard = []
    while True: hoard.append(bytearray(1 << 20))
""")

DONE = Exit(0, out_of_memory=False)


async def _hello(process: FakeProcess) -> Exit:
    await process.print(b"hello\n")
    return DONE


async def _greet(process: FakeProcess) -> Exit:
    await process.print(b"name? ")
    await process.print(b"Hello, " + (await process.input()).rstrip(b"\n") + b"!\n")
    return DONE


async def _both_streams(process: FakeProcess) -> Exit:
    await process.print(b"out\n")
    await process.print(b"err\n", Stream.STDERR)
    return DONE


async def _describe(process: FakeProcess) -> Exit:
    program = process.program
    entry, *args = program.argv[2:]
    files = {file.path: file.content.decode() for file in program.files if file.path != entry}
    await process.print(json.dumps([files, args, program.env["GREETING"]]).encode() + b"\n")
    return DONE


async def _count_input(process: FakeProcess) -> Exit:
    count = 0
    while line := await process.input():
        count += len(line)
    await process.print(f"{count}\n".encode())
    return DONE


async def _exit_3(_process: FakeProcess) -> Exit:
    return Exit(3, out_of_memory=False)


async def _wait_for_ever(process: FakeProcess) -> Exit:
    await process.print(b"waiting\n")
    await asyncio.Event().wait()
    return DONE


async def _flood(process: FakeProcess) -> Exit:
    while True:
        await process.print(b"x" * 1000 + b"\n")


async def _watch_size(process: FakeProcess) -> Exit:
    await process.print(_size_line(process.size))
    await process.print(_size_line(await process.resized()))
    return DONE


def _size_line(size: TerminalSize | None) -> bytes:
    assert size is not None
    return f"size {size.cols} {size.rows}\n".encode()


async def _leave_a_daemon(process: FakeProcess) -> Exit:
    await process.print(b"left\n")
    return DONE


async def _look_around(process: FakeProcess) -> Exit:
    await process.print(b"kept\r\n2\r\n")
    return DONE


async def _build(process: FakeProcess) -> Exit:
    process.built += BUILT
    return DONE


async def _tool(process: FakeProcess) -> Exit:
    paths = sorted(f"./{file.path}" for file in process.built)
    await process.print(f"made {' '.join(paths)}\n".encode())
    return DONE


async def _write_files(process: FakeProcess) -> Exit:
    process.written += WRITTEN
    return DONE


async def _eat_memory(_process: FakeProcess) -> Exit:
    return OUT_OF_MEMORY


BEHAVIOURS: dict[str, Behaviour] = {
    HELLO: _hello,
    GREET: _greet,
    BOTH_STREAMS: _both_streams,
    DESCRIBE: _describe,
    COUNT_INPUT: _count_input,
    EXIT_3: _exit_3,
    WAIT_FOR_EVER: _wait_for_ever,
    FLOOD: _flood,
    WATCH_SIZE: _watch_size,
    LEAVE_A_DAEMON: _leave_a_daemon,
    LOOK_AROUND: _look_around,
    BUILD: _build,
    TOOL: _tool,
    WRITE_FILES: _write_files,
    EAT_MEMORY: _eat_memory,
}

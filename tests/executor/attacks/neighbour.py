"""What an innocent program of another room does while an attack is under way."""

from textwrap import dedent

DONE = "all is well"

# Needs a little of everything that attacks try to use up for everybody.
SOURCE = dedent(
    f"""
    import array, ctypes, os, pwd, signal, socket
    libc = ctypes.CDLL(None, use_errno=True)

    def check(what, result):
        if result is False or result == -1:
            raise SystemExit(f'no {{what}}: {{os.strerror(ctypes.get_errno())}}')

    check('name', pwd.getpwuid(os.getuid()).pw_name == 'coder')
    check('terminal', os.isatty(0))
    check('second terminal', len(os.openpty()) == 2)
    check('inotify', libc.inotify_init())
    check('message queue', libc.mq_open(b'/mine', os.O_CREAT | os.O_RDWR, 0o600, None))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
    check('queued signal', libc.sigqueue(os.getpid(), signal.SIGRTMIN, 0))
    near, far = socket.socketpair()
    near.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0]))])
    check('pipe', os.write(os.pipe()[1], bytes(32768)) == 32768)
    for place in ('/room', '/tmp', '/dev/shm'):
        with open(place + '/mine', 'wb') as file: file.write(bytes(8 << 20))
    for _ in range(8):
        if (child := os.fork()) == 0: os._exit(0)
        os.waitpid(child, 0)
    check('sum', sum(range(200_000)) > 0)
    print({DONE!r})
    """
)

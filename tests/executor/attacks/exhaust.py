"""Attacks that use up what there is: processes, memory, disks, descriptors, time, attention."""

from tests.executor.attacks.attack import (
    DONE,
    OUT_OF_CPU,
    OUT_OF_MEMORY,
    PATIENT,
    TIMED_OUT,
    attack,
)

PROCESSES = (
    attack(
        "fork bomb",
        "forks in every process, for ever",
        """
        import os
        print('worst', flush=True)
        while True:
            try: os.fork()
            except OSError: pass
        """,
        TIMED_OUT,
        OUT_OF_CPU,
        says="worst",
    ),
    attack(
        "thread bomb",
        "starts threads until it can't",
        """
        import threading, time
        count = 0
        try:
            while True:
                threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
                count += 1
        except RuntimeError:
            print('held' if count < 64 else 'BROKE', count, 'threads', flush=True)
        time.sleep(1000)
        """,
        TIMED_OUT,
        says="threads",
    ),
    attack(
        "zombie storm",
        "leaves dead children and orphans behind without end",
        """
        import os
        print('worst', flush=True)
        while True:
            try:
                if os.fork() == 0:
                    os.fork()
                    os._exit(0)
            except OSError:
                try: os.waitpid(-1, os.WNOHANG)
                except OSError: pass
        """,
        TIMED_OUT,
        OUT_OF_CPU,
        says="worst",
    ),
    attack(
        "CPU relay",
        "burns CPU time in one short-lived child after the other",
        """
        import os, time
        print('worst', flush=True)
        while True:
            if (child := os.fork()) == 0:
                end = time.process_time() + 0.2
                while time.process_time() < end: pass
                os._exit(0)
            os.waitpid(child, 0)
        """,
        OUT_OF_CPU,
        says="worst",
        limits=PATIENT,
    ),
    attack(
        "CPU limit ignored",
        "ignores SIGXCPU and burns on",
        """
        import signal
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        print('worst', flush=True)
        while True: pass
        """,
        OUT_OF_CPU,
        says="worst",
        limits=PATIENT,
    ),
)

MEMORY = (
    attack(
        "memory bomb",
        "allocates and touches memory for ever",
        """
        hoard = []
        while True: hoard.append(bytearray(1 << 20))
        """,
        OUT_OF_MEMORY,
    ),
    attack(
        "memory bombs in turn",
        "has a child killed for want of memory, and starts the next",
        """
        import os
        while True:
            if (child := os.fork()) == 0:
                hoard = []
                while True: hoard.append(bytearray(1 << 20))
            os.waitpid(child, 0)
            print('worst', flush=True)
        """,
        TIMED_OUT,
        OUT_OF_CPU,
        OUT_OF_MEMORY,
        says="worst",
    ),
    attack(
        "memory in sockets",
        "fills socket and pipe buffers that nobody reads",
        """
        import os, socket
        kept = []
        while True:
            try:
                near, far = socket.socketpair()
                near.setblocking(False)
                kept += [near, far]
                while True: near.send(bytes(65536))
            except BlockingIOError: pass
            except OSError:
                if os.fork(): os.wait()
                kept.clear()
        """,
        OUT_OF_MEMORY,
        TIMED_OUT,
        OUT_OF_CPU,
    ),
    attack(
        "memory in files",
        "fills /room, /tmp and /dev/shm while it holds as much as it may",
        """
        hoard = bytearray(90 << 20)
        for path in ('/room/a', '/tmp/a', '/dev/shm/a', '/dev/shm/b'):
            try:
                with open(path, 'wb') as file:
                    for _ in range(64): file.write(bytes(1 << 20)); file.flush()
            except OSError as error: print(path, error)
        """,
        OUT_OF_MEMORY,
    ),
)

DISKS = (
    attack(
        "disk fill",
        "writes to every place that can be written",
        """
        import os
        from held import *
        def fill(path):
            with open(path, 'wb', buffering=0) as file:
                for _ in range(200): file.write(bytes(1 << 20))
        for place in ('/room', '/tmp', '/dev/shm', '/var/tmp', '/dev', '/dev/mqueue', '/run', '/'):
            refused(place, lambda: fill(place + '/fill'))
            try: os.unlink(place + '/fill')
            except OSError: pass
        """,
    ),
    attack(
        "inode fill",
        "makes empty files until it can't",
        """
        import os
        from held import *
        def fill(place):
            for number in range(100_000): os.close(os.open(f'{place}/{number}', os.O_CREAT))
        for place in ('/room', '/tmp', '/dev/shm'):
            refused(place, lambda: fill(place))
        """,
        DONE,
        OUT_OF_MEMORY,
        OUT_OF_CPU,
        TIMED_OUT,
    ),
    attack(
        "shared memory fill",
        "fills /dev/shm, System V segments and message queues",
        """
        import os
        from held import *
        IPC_CREAT = 0o1000
        def segments():
            for _ in range(64):
                number = libc.shmget(0, 4 << 20, IPC_CREAT | 0o600)
                if number < 0: raise OSError(ctypes.get_errno(), 'shmget')
                libc.shmat.restype = ctypes.c_void_p
                ctypes.memset(libc.shmat(number, None, 0), 1, 4 << 20)
        def shared():
            for number in range(4):
                with open(f'/dev/shm/{number}', 'wb', buffering=0) as file:
                    for _ in range(31): file.write(bytes(1 << 20))
        refused('shm', shared)
        refused('segments', segments)
        """,
        OUT_OF_MEMORY,
        DONE,
    ),
    attack(
        "huge file",
        "makes a file of a terabyte, sparse and by allocation",
        """
        import os, signal
        from held import *
        for place in ('/room', '/tmp', '/dev/shm'):
            fd = os.open(place + '/huge', os.O_CREAT | os.O_RDWR)
            refused('sparse ' + place, lambda: os.ftruncate(fd, 1 << 40))
            refused('far ' + place, lambda: os.pwrite(fd, b'x', 1 << 40))
            refused('allocated ' + place, lambda: os.posix_fallocate(fd, 0, 1 << 40))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        os.ftruncate(fd, 1 << 40)
        """,
        "file size limit of 32 MiB",
    ),
    attack(
        "deep directories",
        "nests directories as far as it can",
        """
        import os
        from held import *
        def nest():
            while True:
                os.mkdir('d' * 200)
                os.chdir('d' * 200)
        refused('nest', nest)
        """,
        DONE,
        OUT_OF_MEMORY,
        OUT_OF_CPU,
    ),
)

SHARED = (
    attack(
        "descriptors",
        "opens files in every process until it can't",
        """
        import os, time
        from held import *
        def open_all():
            while True: os.open('/dev/null', os.O_RDONLY)
        for _ in range(50):
            if os.fork() == 0:
                try: open_all()
                except OSError: time.sleep(1000)
        refused('files', open_all)
        print('worst', flush=True)
        time.sleep(1000)
        """,
        TIMED_OUT,
        says="worst",
    ),
    attack(
        "terminals",
        "opens terminals in every process until the machine has none",
        """
        import os, time
        from held import *
        def open_all():
            while True: os.open('/dev/ptmx', os.O_RDWR | os.O_NOCTTY)
        for _ in range(8):
            if os.fork() == 0:
                try: open_all()
                except OSError: print('worst', flush=True); time.sleep(1000)
        refused('terminals', open_all)
        time.sleep(1000)
        """,
        TIMED_OUT,
        OUT_OF_MEMORY,
        says="worst",
    ),
    attack(
        "what a user has once",
        "uses up inotify instances, message queues, queued signals and descriptors in flight",
        """
        import array, os, signal, socket, time
        from held import *
        def until_refused(call):
            try:
                for _ in range(20_000):
                    if call() == -1: raise OSError(ctypes.get_errno(), 'refused')
            except OSError as error: return errno.errorcode[error.errno]
        print('inotify', until_refused(libc.inotify_init))
        names = iter(range(1 << 30))
        print('queues', until_refused(
            lambda: libc.mq_open(b'/%d' % next(names), os.O_CREAT | os.O_RDWR, 0o600, None)))
        near, far = socket.socketpair()
        rights = array.array('i', [0] * 200)
        def send():
            near.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        near.setblocking(False)
        print('in flight', until_refused(send))
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
        me = os.getpid()
        for _ in range(10): print('signals', until_refused(lambda: libc.sigqueue(me, 34, 0)))
        print('worst', flush=True)
        time.sleep(1000)
        """,
        TIMED_OUT,
        says="worst",
    ),
    attack(
        "output flood",
        "writes as fast as it can to both streams",
        """
        import os
        os.fork()
        while True:
            os.write(1, b'x' * 65536)
            os.write(2, b'y' * 65536)
        """,
        TIMED_OUT,
        OUT_OF_CPU,
    ),
    attack(
        "output in crumbs",
        "writes single bytes, and bytes that are no text or no frame",
        """
        import os
        while True:
            for byte in range(256): os.write(1, bytes([byte]))
        """,
        TIMED_OUT,
        OUT_OF_CPU,
    ),
)

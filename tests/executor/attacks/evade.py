"""Attacks on the end of a run, and on the process that sees to it."""

from tests.executor.attacks.attack import DONE, TIMED_OUT, attack

STAYING = (
    attack(
        "SIGTERM ignored",
        "ignores every signal that can be ignored",
        """
        import signal, time
        for number in signal.valid_signals():
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        time.sleep(1000)
        """,
        TIMED_OUT,
    ),
    attack(
        "SIGSTOP to all",
        "stops every process that it can reach, itself last",
        """
        import os, signal
        for _ in range(5):
            if os.fork() == 0:
                while True: pass
        os.kill(-1, signal.SIGSTOP)
        os.kill(1, signal.SIGSTOP)
        os.kill(0, signal.SIGSTOP)
        """,
        TIMED_OUT,
    ),
    attack(
        "setsid",
        "waits in a session of its own after the program's end",
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            time.sleep(1000)
        """,
        DONE,
    ),
    attack(
        "double fork",
        "leaves daemons that fork on, ignore signals and hold the output open",
        """
        import os, signal, time
        for _ in range(10):
            if os.fork() == 0:
                os.setsid()
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                if os.fork(): os._exit(0)
                for _ in range(100):
                    time.sleep(0.05)
                    if os.fork(): os._exit(0)
                time.sleep(1000)
        """,
        DONE,
    ),
    attack(
        "vfork and namespaces",
        "hides in new process and user namespaces",
        """
        from held import *
        for name, flag in {'pid': 0x20000000, 'user': 0x10000000, 'mount': 0x20000,
                           'net': 0x40000000, 'ipc': 0x8000000, 'cgroup': 0x2000000}.items():
            libc_refused(name, lambda: libc.unshare(flag))
            libc_refused('clone ' + name, lambda: libc.syscall(56, flag | 17, 0, 0, 0, 0))
            refused('join ' + name, lambda: open(f'/proc/1/ns/{name}'))
        """,
    ),
    attack(
        "signals to the first process",
        "sends the sandbox's first process every signal there is",
        """
        import os, signal, time
        for _ in range(100):
            for number in signal.valid_signals(): os.kill(1, number)
        print('worst', flush=True)
        time.sleep(1000)
        """,
        TIMED_OUT,
        says="worst",
    ),
    attack(
        "alarm for the first process",
        "makes the first process believe that its time is over",
        """
        import os, signal, time
        os.kill(1, signal.SIGALRM)
        time.sleep(1000)
        """,
        TIMED_OUT,
    ),
    attack(
        "limits raised",
        "raises its limits, its priority and its standing with the OOM killer",
        """
        import os, resource
        from held import *
        for name in ('CPU', 'NOFILE', 'FSIZE', 'CORE'):
            number = getattr(resource, 'RLIMIT_' + name)
            hard = resource.getrlimit(number)[1]
            try: resource.setrlimit(number, (hard + 1, hard + 1))
            except ValueError: print('held', name)
            else: print('BROKE', name)
        refused('nice', lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))
        refused('real time', lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)))
        def spare_me():
            with open('/proc/self/oom_score_adj', 'w') as file: file.write('-1000')
        refused('oom_score_adj', spare_me)
        for place in ('/sys/fs/cgroup', '/sys/fs/cgroup/pids', '/sys/fs/cgroup/memory'):
            refused(place, lambda: os.mkdir(place + '/mine'))
        """,
    ),
)

TAKING_OVER = (
    attack(
        "ptrace of the first process",
        "traces it, reads its memory, its descriptors and its environment",
        """
        import os
        from held import *
        ATTACH, SEIZE = 16, 0x4206
        libc_refused('attach', lambda: libc.ptrace(ATTACH, 1, 0, 0))
        libc_refused('seize', lambda: libc.ptrace(SEIZE, 1, 0, 0))
        pidfd = libc.syscall(434, 1, 0)
        libc_refused('pidfd_getfd', lambda: libc.syscall(438, pidfd, 0, 0))
        libc_refused('process_vm_readv', lambda: libc.syscall(310, 1, None, 0, None, 0, 0))
        libc_refused('process_madvise', lambda: libc.syscall(440, pidfd, None, 0, 4, 0))
        libc_refused('kcmp', lambda: libc.syscall(312, os.getpid(), 1, 0, 0, 0))
        for name in ('mem', 'environ', 'maps', 'syscall', 'stack', 'fd/0', 'root/etc/shadow'):
            refused(name, lambda: open('/proc/1/' + name, 'rb').read(64))
        refused('fds', lambda: os.listdir('/proc/1/fd'))
        refused('cwd', lambda: os.listdir('/proc/1/cwd/'))
        """,
    ),
    attack(
        "frames forged",
        "speaks the first process's own language on its streams",
        """
        import os, struct
        def frame(kind, content): return struct.pack('>BxxxI', ord(kind), len(content)) + content
        for fd in (1, 2):
            os.write(fd, frame('E', b'0\\0' b'0\\0') + frame('F', b'broken') + frame('R', b''))
        for fd in range(3, 64):
            try: os.write(fd, frame('E', b'0\\0' b'0\\0'))
            except OSError: pass
            else: print('BROKE', fd)
        """,
    ),
)

"""Attacks on what is not the program's: files, the kernel's switches, the host, other rooms."""

from tests.executor.attacks.attack import attack

FILES = (
    attack(
        "links",
        "links to what is not its own, under every name that is read or written",
        """
        import os
        from held import *
        def write(path):
            with open(path, 'ab') as file: file.write(b'x')
        theirs = os.path.join('/proc/1', 'root')  # the root directory of the first process
        names = ('/etc/passwd', '/etc/shadow', '/usr/local/bin/sandbox-entry', theirs + '/etc/x',
                 '/proc/sys/kernel/core_pattern', '/sys/kernel/uevent_helper')
        for number, target in enumerate(names):
            for place in ('/room', '/tmp'):
                refused('hard link to ' + target, lambda: os.link(target, f'{place}/h{number}'))
                os.symlink(target, f'{place}/s{number}')
                refused('written through ' + target, lambda: write(f'{place}/s{number}'))
        os.remove('main.py')
        os.symlink(theirs + '/etc/shadow', 'main.py')
        refused('main.py', lambda: open('main.py').read())
        refused('/room', lambda: os.rename('/room', '/tmp/room'))
        refused('/room', lambda: os.symlink('/etc', '/room2'))
        """,
    ),
    attack(
        "system files",
        "writes to the root file system, /proc, /sys and /dev",
        """
        import os
        from held import *
        for path in ('/etc/passwd', '/usr/x', '/bin/sh', '/usr/local/bin/sandbox-entry', '/x',
                     '/proc/sys/kernel/core_pattern', '/proc/sys/kernel/hostname',
                     '/proc/sys/vm/drop_caches', '/proc/sysrq-trigger', '/proc/1/mem',
                     '/proc/1/oom_score_adj', '/proc/kcore', '/proc/irq/0/smp_affinity',
                     '/proc/scsi/scsi', '/sys/kernel/uevent_helper', '/sys/power/state',
                     '/sys/fs/cgroup/release_agent', '/sys/fs/cgroup/memory/memory.limit_in_bytes',
                     '/sys/fs/cgroup/memory.max', '/dev/x', '/dev/mem', '/dev/kmsg', '/dev/sda',
                     '/dev/vda', '/dev/fuse', '/dev/kvm', '/dev/net/tun', '/dev/vsock'):
            refused(path, lambda: open(path, 'r+b'))
        for path in ('/proc/kcore', '/proc/kmsg', '/proc/timer_list', '/sys/firmware/acpi/tables',
                     '/proc/keys'):
            try: got = open(path, 'rb').read(64) if os.path.isfile(path) else os.listdir(path)
            except OSError as error: print('held', path)
            else: expect(path, not got, got)
        """,
    ),
    attack(
        "mounts and modules",
        "mounts, changes its root, makes devices, loads modules, becomes root",
        """
        import os
        from held import *
        libc_refused('mount', lambda: libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))
        libc_refused('remount', lambda: libc.mount(b'', b'/', b'', 32 | 4096, None))
        libc_refused('umount', lambda: libc.umount2(b'/proc/kcore', 2))
        libc_refused('open_tree', lambda: libc.syscall(428, -100, b'/', 1))
        libc_refused('fsopen', lambda: libc.syscall(430, b'tmpfs', 0))
        libc_refused('pivot_root', lambda: libc.syscall(155, b'/', b'/tmp'))
        libc_refused('chroot', lambda: libc.chroot(b'/tmp'))
        libc_refused('setns', lambda: libc.setns(0, 0))
        libc_refused('init_module', lambda: libc.syscall(175, 0, 0, 0))
        libc_refused('kexec', lambda: libc.syscall(246, 0, 0, 0, 0))
        libc_refused('reboot', lambda: libc.syscall(169, 0xfee1dead, 672274793, 0x1234567, 0))
        libc_refused('swapon', lambda: libc.syscall(167, b'/tmp/x', 0))
        libc_refused('settimeofday', lambda: libc.syscall(164, ctypes.create_string_buffer(16), 0))
        libc_refused('sethostname', lambda: libc.sethostname(b'x', 1))
        libc_refused('setuid', lambda: libc.setuid(0))
        libc_refused('setgid', lambda: libc.setgid(0))
        libc_refused('open_by_handle_at', lambda: libc.syscall(304, 3, b'x' * 64, 0))
        libc_refused('bpf', lambda: libc.syscall(321, 0, 0, 0))
        libc_refused('perf_event_open', lambda: libc.syscall(298, b'\\0' * 120, 0, -1, -1, 0))
        libc_refused('userfaultfd', lambda: libc.syscall(323, 0))
        ring = ctypes.create_string_buffer(120)
        libc_refused('io_uring_setup', lambda: libc.syscall(425, 1, ring))
        libc_refused('add_key', lambda: libc.syscall(248, b'user', b'x', b'x', 1, -4))
        libc_refused('keyctl', lambda: libc.syscall(250, 0, -4, 1))
        libc_refused('ioperm', lambda: libc.ioperm(0, 16, 1))
        for kind, device in (('block', 0o060666), ('character', 0o020666)):
            refused(kind + ' device', lambda: os.mknod('/tmp/device', device, os.makedev(8, 0)))
        print('held' if os.system('su -c true </dev/null 2>/dev/null') else 'BROKE', 'su')
        status = dict(l.split(':\\t') for l in open('/proc/self/status') if ':\\t' in l)
        for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'):
            expect(name, int(status[name], 16) == 0, status[name].strip())
        expect('NoNewPrivs', status['NoNewPrivs'].strip() == '1')
        expect('Seccomp', status['Seccomp'].strip() == '2')
        own = ('/proc', '/sys', '/usr/share', '/dev', '/room', '/tmp')
        paths = (os.path.join(d, n) for d, _, names in os.walk('/') for n in names
                 if not d.startswith(own))
        found = [path for path in paths if os.path.isfile(path) and os.access(path, os.W_OK)]
        expect('writable files', not found, *found)
        """,
    ),
    attack(
        "environment",
        "looks for the server's or the engine's secrets in its surroundings",
        """
        import os
        from held import *
        allowed = {'HOME': '/tmp', 'LANG': 'C.UTF-8', 'PATH': '/usr/local/bin:/usr/bin:/bin',
                   'TERM': 'dumb'}
        environment = dict(l.split('=', 1) for l in
                           open('/proc/self/environ').read().split('\\0') if l)
        expect('environment', environment == allowed, environment)
        expect('arguments', open('/proc/1/cmdline').read() == '/usr/local/bin/sandbox-entry\\0')
        for path in ('/var/run/docker.sock', '/run/docker.sock', '/run/secrets', '/.env',
                     '/run/containerd/containerd.sock'):
            expect(path, not os.path.exists(path))
        processes = {n for n in os.listdir('/proc') if n.isdigit()}
        expect('processes', processes == {'1', str(os.getpid())})
        expect('descriptors', {int(n) for n in os.listdir('/proc/self/fd')} <= {0, 1, 2, 3})
        mounts = [l.split() for l in open('/proc/self/mounts')]
        kinds = {'overlay', 'proc', 'tmpfs', 'devpts', 'sysfs', 'mqueue', 'cgroup', 'cgroup2'}
        own = ('/etc/resolv.conf', '/etc/hostname', '/etc/hosts')
        bound = [m[1] for m in mounts if m[2] not in kinds and m[1] not in own]
        expect('mounts', not bound, *bound)
        """,
    ),
)

NETWORK = (
    attack(
        "raw sockets",
        "opens sockets that reach below or beside IP",
        """
        import socket
        from held import *
        kinds = {'raw': (2, 3, 1), 'raw IPv6': (10, 3, 58), 'packet': (17, 3, 0),
                 'vsock': (40, 1, 0),
                 'bluetooth': (31, 3, 0), 'CAN': (29, 3, 1), 'XDP': (44, 3, 0), 'ALG': (38, 5, 0),
                 'TIPC': (30, 1, 0), 'RDS': (21, 5, 0), 'netfilter': (16, 3, 12),
                 'audit': (16, 3, 9)}
        for name, kind in kinds.items():
            libc_refused(name, lambda: libc.socket(*kind))
        """,
    ),
    attack(
        "addresses",
        "connects to the metadata service, the engine, the gateway, siblings and the internet",
        """
        import os, socket
        from held import *
        def connect(host, port):
            with socket.create_connection((host, port), timeout=1): pass
        hosts = ('169.254.169.254', '169.254.170.2', '100.100.100.200', '172.17.0.1', '172.17.0.2',
                 '172.17.0.3', '10.0.0.1', '192.168.0.1', '1.1.1.1', 'fd00:ec2::254', '::1',
                 'host.docker.internal', 'metadata.google.internal')
        for host in hosts:
            for port in (80, 2375, {host_port}):
                refused(f'{host}:{port}', lambda: connect(host, port))
        for port in ({host_port}, 8000, 5432, 6379):
            refused(f'lo:{port}', lambda: connect('127.0.0.1', port))
        def abstract():
            with socket.socket(socket.AF_UNIX) as near: near.connect('\\0{host_name}')
        refused('abstract socket', abstract)
        def shout():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
                near.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                near.sendto(b'x', ('255.255.255.255', 9))
        refused('broadcast', shout)
        refused('names', lambda: socket.getaddrinfo('debian.org', 80))
        expect('interfaces', os.listdir('/sys/class/net') == ['lo'], os.listdir('/sys/class/net'))
        expect('routes', len(open('/proc/net/route').readlines()) <= 1)
        expect('neighbours', len(open('/proc/net/arp').readlines()) == 1)
        """,
    ),
)

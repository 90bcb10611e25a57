"""What can be configured of runs, debugging and packages; part of `server.settings.Settings`."""

from typing import Annotated

from pydantic import ByteSize, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from executor.remote.address import Address
from server.setting import KIB, MIB, setting


class RunSettings(BaseSettings):
    """Where programs run, what they may use, and what is kept of what they leave."""

    executor_url: str | None = setting(
        None,
        "Where `codlab executor` listens, and where `codlab serve` has programs run:"
        " `unix:///path` or `tcp://host:port`. Without it, the server runs them itself.",
    )
    executor_secret: SecretStr | None = setting(
        None,
        "What a server and its executor both know; needed for `tcp://`, of use for `unix://`.",
        "characters",
        min_length=16,
    )
    executor_abandon_seconds: int = setting(
        900,
        "How long an executor lets runs go on whose server has gone and does not come back.",
        "seconds",
        ge=1,
        le=86_400,
    )

    run_wall_seconds: int = setting(
        60, "Longest a run may take, waiting for input included.", "seconds", ge=1, le=86_400
    )
    run_cpu_seconds: int = setting(
        10, "CPU time that all processes of a run may use together.", "seconds", ge=1, le=86_400
    )
    run_compile_seconds: int = setting(
        60, "Longest a run's compiler may take.", "seconds", ge=1, le=86_400
    )
    run_cpus: float = setting(1.0, "CPU cores a run may use at once.", "cores", gt=0)
    run_memory_bytes: ByteSize = setting(
        256 * MIB, "Memory a run may use; there is no swap.", "bytes", ge=16 * MIB
    )
    run_max_memory_bytes: ByteSize = setting(
        1024 * MIB,
        "Memory for a run in a language that can't work with less (a JVM's compiler, say).",
        "bytes",
        ge=16 * MIB,
    )
    run_pids: int = setting(128, "Processes and threads of a run.", "processes", ge=8)
    run_open_files: int = setting(1024, "Open files of each process of a run.", "files", ge=16)
    run_inodes: int = setting(
        20_000,
        "Files and directories in a run's workspace, and as many in its /tmp.",
        "files",
        ge=100,
        le=1_000_000,
    )
    run_file_bytes: ByteSize = setting(64 * MIB, "Largest file a run may write.", "bytes", ge=KIB)
    run_workspace_bytes: ByteSize = setting(
        64 * MIB, "Room for a run's workspace, the room's files included.", "bytes", ge=MIB
    )
    run_tmp_bytes: ByteSize = setting(64 * MIB, "Room in a run's /tmp.", "bytes", ge=MIB)
    run_output_bytes: ByteSize = setting(
        MIB,
        "Output of a run that is shown: its beginning as it comes, and its end.",
        "bytes",
        ge=KIB,
    )
    run_kept_output_bytes: ByteSize = setting(
        16 * MIB,
        "Output of a run that can be downloaded; of more, the middle is cut with a mark.",
        "bytes",
        ge=KIB,
        le=1024 * MIB,
    )
    run_output_bytes_per_second: ByteSize = setting(
        MIB,
        "Output of a run that is passed on; the run waits beyond it. What is not shown may be eight"
        " times as fast.",
        "bytes/s",
        ge=KIB,
    )
    run_artefacts: int = setting(
        20,
        "Files that a program wrote and that are taken from it when it has ended; 0 takes none.",
        "files",
        ge=0,
        le=1000,
    )
    run_artefact_bytes: ByteSize = setting(
        4 * MIB, "Largest of these.", "bytes", ge=KIB, le=64 * MIB
    )
    run_artefact_total_bytes: ByteSize = setting(
        16 * MIB, "All of one run's together.", "bytes", ge=KIB, le=256 * MIB
    )
    room_result_bytes: ByteSize = setting(
        256 * MIB,
        "Output and files of a room's runs; of more, those of the oldest runs are dropped.",
        "bytes",
        ge=MIB,
    )
    debug_idle_seconds: int = setting(
        900, "How long a debug session lasts when nobody does anything.", "seconds", ge=1, le=86_400
    )
    debug_seconds: int = setting(
        3600,
        "How long a debug session lasts altogether; a participant can ask for as much again.",
        "seconds",
        ge=1,
        le=86_400,
    )
    debug_max_seconds: int = setting(
        4 * 3600,
        "How long it lasts at most, however often somebody asks for more.",
        "seconds",
        ge=1,
        le=7 * 86_400,
    )
    debug_cpu_seconds: int = setting(
        300,
        "CPU time that debugger and program may use together.",
        "seconds",
        ge=1,
        le=86_400,
    )
    debug_sessions: int = setting(
        8, "Debug sessions at the same time on this server.", "sessions", ge=0
    )
    build_cache_bytes: ByteSize = setting(
        64 * MIB,
        "Memory for what compilers made, so that a room compiles the same text once; 0 keeps none.",
        "bytes",
        ge=0,
    )
    warm_sandboxes: int = setting(
        8,
        "Most sandboxes kept waiting for a run, so that it begins at once, some 4 MiB each;"
        " 0 makes each when it is needed.",
        "sandboxes",
        ge=0,
        le=1000,
    )
    packages: bool = setting(
        True, "Whether rooms may install packages; off, they have none, and none are there."
    )
    pip_index_url: str | None = setting(
        None,
        "Package index for pip. Without it: `PIP_INDEX_URL` of the server's environment, else pip's"
        " own.",
    )
    npm_registry: str | None = setting(
        None,
        "Registry for npm. Without it: `NPM_CONFIG_REGISTRY` of the server's environment, else"
        " npm's own.",
    )
    package_hosts: Annotated[tuple[str, ...], NoDecode] = setting(
        (),
        "Addresses of further hosts from which an index has its files sent, such as"
        " `https://files.example.org`, separated by commas. Installations reach no others.",
    )
    package_layer_bytes: ByteSize = setting(
        512 * MIB,
        "Packages of a room for one runtime, as they are installed; installing them may take twice"
        " as much memory.",
        "bytes",
        ge=MIB,
    )
    package_count: int = setting(
        300, "The same in number, with what they need.", "packages", ge=1, le=10_000
    )
    package_seconds: int = setting(
        300, "Longest an installation may take.", "seconds", ge=10, le=3600
    )
    package_changes_per_hour: int = setting(
        60, "Installations and removals in one room.", "per hour", ge=1
    )
    concurrent_installs: int = setting(
        1, "Installations at the same time on this server.", "installations", ge=1
    )
    packages_bytes: ByteSize = setting(
        10 * 1024 * MIB,
        "Packages of all rooms together. Beyond it, those that were not used for longest are"
        " removed; the next run that has them installs them again.",
        "bytes",
        ge=MIB,
    )
    run_output_days: int = setting(
        90,
        "How long the output of a run, and what it wrote, is kept; the run itself stays.",
        "days",
        ge=1,
        le=36_500,
    )
    concurrent_runs: int = setting(4, "Runs at the same time on this server.", "runs", ge=1)
    room_runs: int = setting(
        4,
        "Runs of one room that may be going or waiting; whoever wants more has to stop one.",
        "runs",
        ge=1,
    )
    person_runs: int = setting(4, "The same of one person in it.", "runs", ge=1)
    editor_runs: int | None = setting(
        None,
        "The same of a person who is not an owner of the room, if less than the one above.",
        "runs",
        ge=1,
    )
    editor_wall_seconds: int | None = setting(
        None, "Longest that such a person's run may take, if less.", "seconds", ge=1
    )
    editor_cpu_seconds: int | None = setting(
        None, "CPU time that such a person's run may use, if less.", "seconds", ge=1
    )
    editor_memory_bytes: ByteSize | None = setting(
        None, "Memory that such a person's run may use, if less.", "bytes", ge=16 * MIB
    )
    editor_pids: int | None = setting(
        None, "Processes and threads of such a person's run, if fewer.", "processes", ge=8
    )
    queued_runs: int = setting(100, "Runs that may wait for their turn.", "runs", ge=0)

    @field_validator("executor_url")
    @classmethod
    def _check_executor_url(cls, value: str | None) -> str | None:
        return None if value is None else str(Address.of(value))

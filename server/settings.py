"""What can be configured: one frozen object, read once from the environment and ``.env``.

Each field is the variable ``CODLAB_<NAME>``. docs/configuration.md and .env.example are written
from these fields by ``python -m server.configuration``, and a test holds them together.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import ByteSize, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from collab.keyframes import Retention

KIB = 1024
MIB = 1024 * KIB
ENV_PREFIX = "CODLAB_"


def setting(default: Any, meaning: str, unit: str = "", **checks: Any) -> Any:
    """A field with what the documentation's table needs: its meaning and its unit."""
    return Field(
        default,
        description=meaning,
        json_schema_extra={"unit": unit},
        validate_default=True,
        **checks,
    )


class Settings(BaseSettings):
    """The server's configuration; see docs/configuration.md."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    host: str = setting("127.0.0.1", "Address to listen on; `0.0.0.0` for every interface.")
    port: int = setting(8000, "TCP port to listen on; 0 takes a free one.", "port", ge=0, le=65535)
    public_url: str | None = setting(
        None, "Address that browsers use, when it is not the one above (behind a proxy)."
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = setting(
        (), "Further origins that this server is reached under, separated by commas."
    )
    trusted_proxies: str = setting(
        "127.0.0.1", "Addresses whose `X-Forwarded-*` headers are believed, separated by commas."
    )
    open_browser: bool = setting(
        False, "Whether `codlab serve` opens a browser, where there is one."
    )

    data_dir: Path = setting(
        Path(".codlab"), "Directory of the embedded database and the server's own key."
    )
    database_url: str | None = setting(
        None,
        "Database: `postgresql://user:password@host/name`, or `sqlite:////path`; without it, a"
        " SQLite file in the data directory.",
        repr=False,
    )
    docker_host: str | None = setting(
        None, "Container engine, such as `unix:///var/run/docker.sock`; without it, the local one."
    )
    sandbox_runtime: str = setting(
        "",
        "What the engine runs programs' containers with, by the name that the engine has for it,"
        " such as `runsc` (gVisor) or `kata`; without it, the engine's default.",
        pattern=r"^[A-Za-z0-9._-]*$",
    )
    secret_key: SecretStr | None = setting(
        None,
        "Signs tokens; the same on every node. Without it, one is made and kept in the data"
        " directory.",
        "characters",
        min_length=32,
    )

    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "Least severe log lines to write."
    )
    log_format: Literal["auto", "json", "text"] = setting(
        "auto", "Form of log lines; `auto` is text on a terminal and JSON elsewhere."
    )
    shutdown_seconds: int = setting(
        10, "How long a stopping server waits for open requests.", "seconds", ge=1, le=300
    )
    drain_seconds: int = setting(
        15,
        "How long it tries after that to save all that was accepted; then its log names the rooms"
        " of which something is not saved, and it exits with 1.",
        "seconds",
        ge=1,
        le=3600,
    )

    access_token_seconds: int = setting(
        600, "Life of an access token.", "seconds", ge=10, le=86_400
    )
    refresh_token_days: int = setting(
        30, "Life of a browser's stay in a room without a visit.", "days", ge=1, le=365
    )
    api_token_days: int = setting(
        90, "Longest and default life of an API token.", "days", ge=1, le=3650
    )
    rooms_per_minute: int = setting(300, "Rooms that one address may create.", "per minute", ge=1)
    joins_per_minute: int = setting(
        1200, "Joins from one address; a school may share one.", "per minute", ge=1
    )
    misses_per_minute: int = setting(
        30, "Wrong secrets or tokens from one address before it has to wait.", "per minute", ge=1
    )

    head_seconds: float = setting(
        10, "How long a client may take to send a request's head.", "seconds", gt=0, le=300
    )
    body_seconds: float = setting(
        120,
        "How long a client may take to send a request's body, and how long it may leave an answer"
        " unread.",
        "seconds",
        gt=0,
        le=3600,
    )
    handshake_seconds: float = setting(
        10,
        "How long a room's socket may wait to be let in, when the database does not answer, before"
        " it is told to try again.",
        "seconds",
        gt=0,
        le=300,
    )
    head_bytes: ByteSize = setting(
        32 * KIB, "Largest head of a request.", "bytes", ge=4 * KIB, le=MIB
    )
    guest_connections: int = setting(
        4000,
        "Connections at the same time that are not in a room; beyond it, the one that has been"
        " waited for longest is closed.",
        "connections",
        ge=1,
    )
    guest_connections_per_address: int = setting(
        1000,
        "The same from one address (IPv6: one /64 network) that is no trusted proxy.",
        "connections",
        ge=1,
    )

    room_linger_seconds: int = setting(
        30, "How long an empty room stays in memory.", "seconds", ge=0, le=86_400
    )
    history_days: int = setting(
        365,
        "How long a document's past is kept for replay; it may stay a sixteenth longer. 0 keeps"
        " none, 36500 is for ever.",
        "days",
        ge=0,
        le=36_500,
    )
    room_sessions: int = setting(1000, "Most sockets in one room.", "sockets", ge=1)
    room_files: int = setting(2000, "Most files in a room.", "files", ge=1, le=100_000)
    file_bytes: ByteSize = setting(MIB, "Largest file of a room.", "bytes", ge=KIB)
    archive_bytes: ByteSize = setting(
        20 * MIB, "Largest workspace that is taken in or given out as an archive.", "bytes", ge=KIB
    )
    message_bytes: ByteSize = setting(
        4 * MIB, "Largest message on a room's socket.", "bytes", ge=64 * KIB
    )
    outbox_bytes: ByteSize = setting(
        2 * MIB, "What may wait for a slow socket before it is closed.", "bytes", ge=64 * KIB
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
        50,
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
    dead_link_days: int = setting(
        30,
        "How long a link is listed after it expired or was revoked.",
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

    @field_validator("allowed_origins", "package_hosts", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("allowed_origins", "package_hosts")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(origin_of(url) for url in value)

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        return value and origin_of(value)

    @field_validator("data_dir")
    @classmethod
    def _make_absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @model_validator(mode="after")
    def _check_database_url(self) -> Self:
        if self.database.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError("the database must be a postgresql:// or sqlite:// address")
        return self

    @property
    def database(self) -> URL:
        """The database's address, with the asyncio driver that this server uses."""
        if self.database_url is None:
            return URL.create("sqlite+aiosqlite", database=str(self.data_dir / "codlab.sqlite3"))
        return async_url(self.database_url)

    @property
    def retention(self) -> Retention:
        """How long history is kept, in collab's terms."""
        return Retention(self.history_days)

    def has_database_file(self) -> bool:
        """Whether the SQLite database, if it is one, is there yet."""
        return self.database.database is not None and Path(self.database.database).exists()


def async_url(address: str) -> URL:
    """A ``postgres://`` or ``sqlite://`` address with its asyncio driver.

    Raises:
        ValueError: if it is no database address; the message leaves out its password.
    """
    try:
        url = make_url(address.replace("postgres://", "postgresql://", 1))
    except ArgumentError:
        raise ValueError("this is no database address (postgresql://… or sqlite:////…)") from None
    match url.get_backend_name():
        case "postgresql":
            return _with_ssl_name(url.set(drivername="postgresql+asyncpg"))
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case _:
            return url


def _with_ssl_name(url: URL) -> URL:
    """Libpq's ``sslmode`` is called ``ssl`` by asyncpg."""
    mode = url.query.get("sslmode")
    if mode is None:
        return url
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


def origin_of(url: str) -> str:
    """The origin of a URL, as browsers write it.

    Raises:
        ValueError: if it is no http(s) URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url!r} is no address such as https://code.example.org")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default_port = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in {None, default_port} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"

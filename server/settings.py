"""What can be configured: one frozen object, read once from the environment and ``.env``.

Each field is the variable ``CODLAB_<NAME>``. docs/configuration.md and .env.example are written
from these fields by ``python -m server.configuration``, and a test holds them together.
"""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import ByteSize, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from collab.keyframes import Retention
from server.run_settings import RunSettings
from server.setting import ENV_PREFIX, KIB, MIB, setting


class Settings(RunSettings):
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

    dead_link_days: int = setting(
        30,
        "How long a link is listed after it expired or was revoked.",
        "days",
        ge=1,
        le=36_500,
    )

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

from pathlib import Path

import pytest
from pydantic import ValidationError

from server import configuration
from server.auth.keys import KEY_FILE, derive, load_key
from server.settings import Settings, async_url, origin_of
from tests.server.house import settings_for

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (configuration.DOCUMENT, configuration.document()),
        (configuration.EXAMPLE, configuration.example()),
    ],
    ids=str,
)
def test_the_documentation_is_written_from_the_settings(path: Path, content: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == content, (
        "run `python -m server.configuration`"
    )


def test_every_setting_has_a_meaning() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_the_fixed_names_and_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HOST", "PORT", "DATA_DIR", "DATABASE_URL", "DOCKER_HOST"):
        monkeypatch.delenv(f"CODLAB_{name}", raising=False)
    settings = Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.data_dir == tmp_path / ".codlab"
    monkeypatch.setenv("CODLAB_PORT", "9000")
    monkeypatch.setenv("CODLAB_RUN_MEMORY_BYTES", "512MiB")
    monkeypatch.setenv("CODLAB_ALLOWED_ORIGINS", "https://a.example, https://b.example:8443/")
    settings = Settings()
    assert settings.port == 9000
    assert settings.run_memory_bytes == 512 * 2**20
    assert settings.allowed_origins == ("https://a.example", "https://b.example:8443")


def test_a_dotenv_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CODLAB_PORT", "9001")
    (tmp_path / ".env").write_text("CODLAB_PORT=9000\nCODLAB_HOST=0.0.0.0\nOTHER=1\n")
    assert (Settings().port, Settings().host) == (9001, "0.0.0.0")


@pytest.mark.parametrize(
    "changes",
    [
        {"port": 70_000},
        {"secret_key": "short"},
        {"database_url": "mysql://host/name"},
        {"database_url": "not an address"},
        {"public_url": "code.example.org"},
        {"log_level": "loud"},
        {"run_memory_bytes": "1MiB"},
    ],
    ids=str,
)
def test_wrong_values_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        settings_for(tmp_path, **changes)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://u:p@h/n", "postgresql+asyncpg://u:p@h/n"),
        ("postgres://u:p@h/n", "postgresql+asyncpg://u:p@h/n"),
        ("postgresql+psycopg://h/n", "postgresql+asyncpg://h/n"),
        ("postgresql://h/n?sslmode=require", "postgresql+asyncpg://h/n?ssl=require"),
        ("sqlite:////var/lib/x.db", "sqlite+aiosqlite:////var/lib/x.db"),
    ],
)
def test_database_addresses_get_the_driver_of_this_server(address: str, expected: str) -> None:
    assert async_url(address).render_as_string(hide_password=False) == expected


def test_passwords_and_keys_are_not_shown(tmp_path: Path) -> None:
    settings = settings_for(
        tmp_path, database_url="postgresql://u:s3cret@h/n", secret_key="s3cret" * 8
    )
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example:443/path", "https://a.example"),
        ("HTTP://A.example:8000", "http://a.example:8000"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_origins_are_written_as_browsers_write_them(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    directory = tmp_path / "new"
    key = load_key(None, directory)
    assert load_key(None, directory) == key
    assert len(key) == 64
    assert (directory / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in directory.iterdir()] == [KEY_FILE]
    assert load_key("configured", tmp_path / "unused") == b"configured"
    assert not (tmp_path / "unused").exists()
    assert derive(key, "one") != derive(key, "other")

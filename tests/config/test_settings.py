"""Settings: read once, and nonsense is refused with a sentence that says what to write."""

import stat
from pathlib import Path

import pytest

from website.config import SettingError, kept_secret_key, load, read_settings
from website.config import environment as read_environment

KEY = "k3Jd9fLq2mXv8Zr1Tb6Yw4Hn7Pc5Gs0A"


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("DATABASE_URL", "notes.db", "sqlite:////a/path"),
        ("DATABASE_URL", "mysql://root@localhost/notes", "postgresql+psycopg://"),
        ("SECRET_KEY", "dev", "at least 32 random characters"),
        ("SECRET_KEY", "a" * 40, "at least 32 random characters"),
        ("SECRET_KEY_FALLBACKS", "short", "at least 32 random characters"),
        ("HOST", "", "127.0.0.1"),
        ("HOST", "http://localhost", "127.0.0.1"),
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "65536", "from 1 to 65535"),
        ("PORT", "٥٠٠٠", "from 1 to 65535"),
        ("PUBLIC_URL", "notes.example.org", "https://notes.example.org"),
        ("PUBLIC_URL", "ftp://notes.example.org", "https://notes.example.org"),
        ("PUBLIC_URL", "https://notes.example.org/path", "scheme and host alone"),
        ("PUBLIC_URL", "https://me@notes.example.org", "scheme and host alone"),
        ("PUBLIC_URL", "https://notes.example.org:99999", "https://notes.example.org"),
        ("PUBLIC_URL", "http://notes.example.org", "write https://notes.example.org"),
        ("SIGN_UP", "maybe", "open or invite or closed"),
        ("TRUSTED_PROXIES", "-1", "from 0 to 10"),
        ("MAX_NOTE_BYTES", "1 MB", "from 1000 to 100000000"),
        ("WORKERS", "0", "from 1 to 64"),
        ("THREADS", "many", "from 1 to 256"),
        ("MAIL_URL", "smtp://localhost", "leave this setting out"),
        ("REQUIRE_MFA", "all", "write none"),
        ("REQUIRE_MFA", "yes", "write none"),
        ("HOST", "0.0.0.0", "PUBLIC_URL"),
    ],
)
def test_nonsense_is_refused_with_advice(name: str, value: str, advice: str) -> None:
    with pytest.raises(SettingError) as refused:
        read_settings({name: value}, {})
    assert advice in str(refused.value)
    assert str(refused.value).startswith((name, "PUBLIC_URL"))


@pytest.mark.parametrize("value", ["dev", "postgresql://ada:hush@db/notes?x=1%"])
def test_a_refusal_never_repeats_a_secret(value: str) -> None:
    name = "SECRET_KEY" if value == "dev" else "DATABASE_URL"
    with pytest.raises(SettingError) as refused:
        read_settings({name: value if name == "SECRET_KEY" else "mysql://ada:hush@db/x"}, {})
    assert "hush" not in str(refused.value)
    assert "dev" not in str(refused.value)


def test_without_any_setting_the_site_is_for_this_machine() -> None:
    config = read_settings({}, {})
    assert config["PUBLIC_URL"] == "http://127.0.0.1:5000"
    assert (config["HOST"], config["PORT"], config["SIGN_UP"]) == ("127.0.0.1", 5000, "open")


@pytest.mark.parametrize("bare", ["postgres://", "postgresql://"])
def test_a_bare_postgresql_address_is_understood(bare: str) -> None:
    config = read_settings({"DATABASE_URL": f"{bare}ada@db/notes"}, {})
    assert config["DATABASE_URL"] == "postgresql+psycopg://ada@db/notes"


def test_an_ipv6_host_is_written_in_brackets() -> None:
    assert read_settings({"HOST": "::1"}, {})["PUBLIC_URL"] == "http://[::1]:5000"


def test_a_setting_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    assert read_settings({"SECRET_KEY_FILE": str(tmp_path / "key")}, {})["SECRET_KEY"] == KEY
    with pytest.raises(SettingError, match="readable text file"):
        read_settings({"SECRET_KEY_FILE": str(tmp_path / "none")}, {})


def test_the_debugger_is_refused_where_others_can_reach_it() -> None:
    public = {"FLASK_DEBUG": "1", "PUBLIC_URL": "https://notes.example.org"}
    with pytest.raises(SettingError, match="FLASK_DEBUG"):
        read_settings(public, {})
    with pytest.raises(SettingError, match="FLASK_DEBUG"):
        read_settings({"PUBLIC_URL": "https://notes.example.org"}, {"DEBUG": True})
    assert read_settings({"FLASK_DEBUG": "1"}, {})


def test_a_misspelt_name_in_the_env_file_is_noticed(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SIGNUP=closed\n")
    with pytest.raises(SettingError, match="did you mean SIGN_UP"):
        read_environment(tmp_path)
    (tmp_path / ".env").write_text("SIGN_UP=closed\nPIP_INDEX=elsewhere\n")
    assert read_environment(tmp_path)["SIGN_UP"] == "closed"


def test_the_process_s_environment_goes_over_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PORT=8000\n")
    assert read_environment(tmp_path)["PORT"] == "8000"
    monkeypatch.setenv("PORT", "9000")
    assert read_environment(tmp_path)["PORT"] == "9000"


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "secret_key"
    key = kept_secret_key(path)
    assert (len(key), kept_secret_key(path)) == (64, key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    kept_secret_key(path)
    path.chmod(0o644)
    with pytest.raises(SettingError, match="chmod 600"):
        kept_secret_key(path)


def test_https_makes_the_cookies_secure(tmp_path: Path) -> None:
    over = {"TESTING": True, "SECRET_KEY": "x"}
    https = load(tmp_path, tmp_path, {**over, "PUBLIC_URL": "https://notes.example.org"})
    assert https["SESSION_COOKIE_NAME"] == "__Host-octavo"
    assert https["SESSION_COOKIE_SECURE"] is True
    http = load(tmp_path, tmp_path, over)
    assert (http["SESSION_COOKIE_NAME"], http["SESSION_COOKIE_SECURE"]) == ("octavo", False)

"""A site that would be unsafe does not start: it says what to write instead."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from website.config import SettingError, load
from website.config.values import is_loopback

ROOT = Path(__file__).parents[2]
KEY = "k3Jd9fLq2mXv8Zr1Tb6Yw4Hn7Pc5Gs0A"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's code in a folder of its own, so that its `instance/` is the test's."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("website", "migrations"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "main.py", folder / "main.py")
    return folder


def start(folder: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env={**inherited, **settings}, text=True,
        capture_output=True, timeout=60, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


UNSAFE = {
    "a default key": {"SECRET_KEY": "dev"},
    "a short key": {"SECRET_KEY": KEY[:31]},
    "a debugger in public": {"FLASK_DEBUG": "1", "PUBLIC_URL": "https://notes.example.org"},
    "no https in public": {"PUBLIC_URL": "http://notes.example.org"},
    "open to others": {"HOST": "0.0.0.0"},
}


@pytest.mark.attack(110)
@pytest.mark.parametrize("unsafe", UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_setting_ends_the_start_with_a_sentence(
    checkout: Path, unsafe: dict[str, str]
) -> None:
    done = start(checkout, "main.py", **unsafe)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("Octavo cannot start. ")
    assert next(iter(unsafe)) in done.stderr or "PUBLIC_URL" in done.stderr
    assert KEY[:31] not in done.stderr
    assert done.stdout == ""


@pytest.mark.attack(110)
def test_a_command_does_not_start_either(checkout: Path) -> None:
    done = start(checkout, "-m", "flask", "--app", "main.py", "users", "list", SECRET_KEY="dev")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "at least 32 random characters" in done.stderr


@pytest.mark.attack(110)
def test_a_key_file_that_others_can_read_ends_the_start(checkout: Path) -> None:
    check = ("-c", "import main; print(len(main.app.config['SECRET_KEY']))")
    made = start(checkout, *check)
    assert (made.returncode, made.stdout) == (0, "64\n"), made.stderr
    path = checkout / "instance" / "secret_key"
    path.chmod(0o644)
    done = start(checkout, *check)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert f"chmod 600 {path}" in done.stderr
    for mode in (0o640, 0o604, 0o666):
        path.chmod(mode)
        with pytest.raises(SettingError, match="chmod 600"):
            load(checkout, checkout / "instance", {})
    path.chmod(0o600)
    assert load(checkout, checkout / "instance", {})["SECRET_KEY"] == path.read_text()


@pytest.mark.attack(110)
def test_the_debugger_is_refused_where_others_reach_it(tmp_path: Path) -> None:
    for over in (
        {"DEBUG": True, "PUBLIC_URL": "https://notes.example.org"},
        {"DEBUG": True, "HOST": "0.0.0.0", "PUBLIC_URL": "http://localhost:5000"},
    ):
        with pytest.raises(SettingError, match="FLASK_DEBUG"):
            load(tmp_path, tmp_path, {"SECRET_KEY": KEY, **over})
    assert load(tmp_path, tmp_path, {"SECRET_KEY": KEY, "DEBUG": True})["HOST"] == "127.0.0.1"


@pytest.mark.attack(110)
def test_the_remember_cookie_of_flask_login_has_no_name(tmp_path: Path) -> None:
    config = load(tmp_path, tmp_path, {"SECRET_KEY": KEY})
    assert not config["REMEMBER_COOKIE_NAME"].isprintable()
    assert config["SESSION_COOKIE_HTTPONLY"] is True
    assert config["WTF_CSRF_SECRET_KEY"] == [KEY]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.10", "::1"])
def test_this_machine_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [None, "", "0.0.0.0", "::", "10.0.0.1", "localhost.example.org", "127.1", "2130706433",
     "0x7f000001", "localhost.", "127.0.0.1.example.org", "[::1]", "fe80::1"],
)  # fmt: skip
def test_every_other_name_is_not(host: str | None) -> None:
    assert not is_loopback(host)

"""The embedded database keeps to its own folders and its own accounts, for root and for others."""

import os
import pwd
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from huiyin.office.embedded import Embedded, programs
from huiyin.office.embedded.accounts import run_as
from huiyin.office.environment import BadSetting
from huiyin.office.problems import OutsideProblem
from tests.office.cities import ROOT, ask, end, wait_until_stopped

pytestmark = pytest.mark.slow

SYSTEM_PYTHON = Path("/usr/bin/python3")
RECENT = "import sys; sys.exit(sys.version_info < (3, 11))"
ORDINARY = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from huiyin.office.embedded import Embedded
embedded = Embedded(Path(sys.argv[1]), fast=True)
with embedded:
    status = embedded.status()
    print(status.is_running, status.account, oct(embedded.folders.sockets.stat().st_mode))
    print(oct(status.data.stat().st_mode), status.keeper is not None)
    asked = [embedded.program("psql"), "-XAtqw", "-h", str(embedded.folders.sockets)]
    import subprocess
    subprocess.run([*asked, "-U", "huiyin", "huiyin", "-c", "SELECT current_user"], check=True)
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run it as another account")


def facts(folder):
    """Mode and owner of every folder above."""
    return [(path, path.stat().st_mode, path.stat().st_uid) for path in folder.parents]


@pytest.fixture
def open_folder():
    """A folder on the disk that every account may enter."""
    with tempfile.TemporaryDirectory(prefix="huiyin-city-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def account_of(name):
    try:
        return pwd.getpwnam(name)
    except KeyError:
        pytest.skip(f"this system has no account {name}")


def test_only_the_account_of_the_server_and_root_reach_the_socket_and_the_data(city):
    with city.embedded() as embedded:
        status, account = embedded.status(), embedded.folders.account()
        for path in (embedded.folders.sockets, status.data):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
            assert path.stat().st_uid == account.uid
        assert stat.S_IMODE(status.socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(status.log.stat().st_mode) == 0o600
        assert ask(embedded, "SHOW listen_addresses") == ""
        if os.geteuid() == 0:
            assert status.account != "root"
            with pytest.raises(subprocess.CalledProcessError):
                psql_as(embedded, account_of("daemon"))


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc, as on Linux")
def test_secrets_of_the_city_stay_with_its_own_process(city, monkeypatch):
    monkeypatch.setenv("HUIYIN_SECRET_KEY", "only for the application")
    with city.embedded() as embedded:
        status = embedded.status()
        for pid in (status.pid, status.keeper):
            assert b"only for" not in Path(f"/proc/{pid}/environ").read_bytes()


@as_root
def test_even_through_an_open_door_another_account_of_the_system_is_nobody(city):
    stranger = account_of("daemon")
    with city.embedded() as embedded:
        psql_as(embedded, account_of(embedded.status().account))
        embedded.folders.sockets.chmod(0o755)
        embedded.folders.socket.chmod(0o777)
        with pytest.raises(subprocess.CalledProcessError):
            psql_as(embedded, stranger)
        embedded.folders.sockets.chmod(0o700)


def psql_as(embedded, account):
    asked = [embedded.program("psql"), "-XAtqw", "-h", str(embedded.folders.sockets)]
    subprocess.run(
        [*asked, "-U", "huiyin_owner", "huiyin", "-c", "SELECT 1"],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        check=True,
        capture_output=True,
        cwd="/",
    )


@pytest.mark.parametrize("trap", ["link", "open to all", "of another account", "a file"])
def test_a_socket_folder_that_somebody_else_laid_out_is_refused(city, monkeypatch, trap):
    parent = city.base / "s"
    parent.mkdir()
    monkeypatch.setenv("HUIYIN_DATABASE_SOCKETS", str(parent))
    embedded = city.embedded()
    sockets = embedded.folders.sockets
    elsewhere = city.base / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if trap == "link":
        sockets.symlink_to(elsewhere)
    elif trap == "a file":
        sockets.touch()
    else:
        sockets.mkdir()
        sockets.chmod(0o777 if trap == "open to all" else 0o700)
        if trap == "of another account":
            if os.geteuid() != 0:
                pytest.skip("only root can make a folder of another account")
            os.chown(sockets, account_of("daemon").pw_uid, -1)
    before = elsewhere.stat().st_uid, elsewhere.stat().st_mode
    with pytest.raises(OutsideProblem, match="HUIYIN_DATABASE_SOCKETS"):
        embedded.join()
    assert (elsewhere.stat().st_uid, elsewhere.stat().st_mode) == before
    assert not embedded.status().is_running


def test_a_folder_for_sockets_that_anybody_may_rename_is_refused(city, monkeypatch):
    parent = city.base / "s"
    parent.mkdir()
    parent.chmod(0o777)
    monkeypatch.setenv("HUIYIN_DATABASE_SOCKETS", str(parent))
    with pytest.raises(OutsideProblem, match="HUIYIN_DATABASE_SOCKETS"):
        city.embedded().join()


def test_no_folder_above_ours_is_changed(empty_city):
    closed = empty_city.base / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "city" / "home"
    home.parent.mkdir(mode=0o700)
    before = facts(home)
    with empty_city.embedded(home) as embedded:
        assert ask(embedded, "SELECT 1") == 1
    assert facts(home) == before


@as_root
def test_a_home_that_the_account_cannot_reach_keeps_its_data_in_a_shelter(empty_city, capsys):
    closed = empty_city.base / "closed"
    closed.mkdir(mode=0o700)
    embedded = empty_city.embedded(closed / "home")
    with embedded:
        ask(embedded, "CREATE TABLE kept ()", owner=True)
        data = embedded.status().data
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert str(data) in told
    assert data.is_relative_to(empty_city.base / "shelter")
    assert embedded.folders.pointer.read_text(encoding="utf-8").strip() == str(data)
    wait_until_stopped(embedded)

    moved = (closed / "home").rename(closed / "moved")
    with empty_city.embedded(moved) as embedded:
        assert ask(embedded, "SELECT to_regclass('kept') IS NOT NULL")
        assert embedded.status().data == data
    wait_until_stopped(embedded)

    (closed / "copy").mkdir()
    copied = (moved / "database.folder").read_text(encoding="utf-8")
    (closed / "copy" / "database.folder").write_text(copied, encoding="utf-8")
    with pytest.raises(OutsideProblem, match=r"is a copy of .*moved"):
        empty_city.embedded(closed / "copy").join()

    (moved / "database.folder").unlink()
    moved.rename(closed / "home")
    with pytest.raises(OutsideProblem, match="holds the database of an earlier"):
        empty_city.embedded(closed / "home").join()


@as_root
def test_programs_that_the_account_cannot_reach_are_copied_once(open_folder, city, monkeypatch):
    # Not where the cities lie: from a folder in memory programs often may not be run.
    monkeypatch.setenv("HUIYIN_DATABASE_SHELTER", str(open_folder / "shelter"))
    closed = city.base / "closed"
    closed.mkdir(mode=0o700)
    wheel = programs._wheel()
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        (closed / part.name).symlink_to(part)
    monkeypatch.setattr(programs, "_wheel", lambda: closed / wheel.name)
    with city.embedded() as embedded:
        assert ask(embedded, "SELECT 1") == 1
        (version,) = (open_folder / "shelter").iterdir()
        made = version.stat().st_ino
        embedded.join()
    assert [folder.stat().st_ino for folder in (open_folder / "shelter").iterdir()] == [made]
    psql = version / wheel.name / "pginstall/bin/psql"
    assert "18" in run_as(embedded.folders.account(), [psql, "--version"]).stdout


@as_root
def test_an_ordinary_account_runs_its_own_server(empty_city):
    account = account_of("nobody")
    if subprocess.run([SYSTEM_PYTHON, "-c", RECENT], check=False).returncode:
        pytest.skip("the system has no Python 3.11 that an ordinary account can run")
    home = empty_city.base / "nobodys"
    home.mkdir()
    os.chown(home, account.pw_uid, account.pw_gid)
    wheel = programs._wheel()
    done = subprocess.run(
        [SYSTEM_PYTHON, "-c", ORDINARY, home, ROOT],
        env=os.environ | {"HUIYIN_POSTGRES_BIN": str(wheel / "pginstall/bin")},
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split("\n")[:3] == [
        "True nobody 0o40700",
        "0o40700 True",
        "huiyin",
    ]
    assert {path.stat().st_uid for path in home.iterdir()} == {account.pw_uid}
    with pytest.raises(OutsideProblem, match="belongs to nobody; run huiyin as nobody"):
        Embedded(home).join()


@as_root
def test_an_account_that_does_not_fit_is_refused(city, monkeypatch):
    for name in ("nobody-of-that-name", "root"):
        monkeypatch.setenv("HUIYIN_DATABASE_ACCOUNT", name)
        (city.home / "database").rename(city.home / "aside")
        with pytest.raises(BadSetting, match="HUIYIN_DATABASE_ACCOUNT"):
            Embedded(city.home).join()
        (city.home / "aside").rename(city.home / "database")


@as_root
def test_the_data_decides_the_account_and_a_contradicting_setting_is_refused(city, monkeypatch):
    owner = city.embedded().status().account
    monkeypatch.setattr("huiyin.office.embedded.accounts.USUAL_ACCOUNTS", ("daemon",))
    assert city.embedded().status().account == owner
    monkeypatch.setenv("HUIYIN_DATABASE_ACCOUNT", account_of("daemon").pw_name)
    with pytest.raises(BadSetting, match="HUIYIN_DATABASE_ACCOUNT"):
        Embedded(city.home).join()


def test_a_folder_that_holds_something_else_is_not_taken_for_a_database(empty_city):
    embedded = empty_city.embedded()
    embedded.folders.check_home()
    (empty_city.home / "database").mkdir()
    account = embedded.folders
    if os.geteuid() == 0:
        nobody = account_of("nobody")
        os.chown(account.home / "database", nobody.pw_uid, nobody.pw_gid)
    with pytest.raises(OutsideProblem, match="holds no PostgreSQL data"):
        embedded.join()


def test_a_second_process_must_look_for_the_socket_in_the_same_place(city, monkeypatch):
    user = city.user()
    user.stdout.readline()
    other = city.base / "s"
    other.mkdir()
    monkeypatch.setenv("HUIYIN_DATABASE_SOCKETS", str(other))
    with pytest.raises(OutsideProblem, match="already runs with its socket in"):
        Embedded(city.home).join()
    end(user)

"""A city is packed while it works, comes back whole, and a damaged backup is known before use."""

import io
import json
import tarfile
from contextlib import closing

import psycopg
import pytest

from huiyin.office.embedded import Embedded
from huiyin.office.problems import NotPossible, OutsideProblem, WrongInput
from huiyin.office.upkeep.packing import FACTS, PART_BYTES, pack
from huiyin.office.upkeep.tools import Tools
from huiyin.office.upkeep.unpacking import bring_files, check_empty, checked, dump_of
from tests.office.cities import POSTGRES_15, City
from tests.office.conftest import adjust
from tests.office.sites import Site
from tests.photos import photo

pytestmark = pytest.mark.slow

DUMP = b"a database " * 1_000
DIGEST = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"


@pytest.fixture
def home(tmp_path):
    """A home with one attachment and its keys."""
    files = {f"attachments/{DIGEST[:2]}/{DIGEST}": b"secret", "keys/residents": b"k" * 64}
    for name, content in files.items():
        (tmp_path / "home" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "home" / name).write_bytes(content)
    return tmp_path / "home"


@pytest.fixture
def backup(home, tmp_path):
    """A whole backup of that home."""
    file = tmp_path / "city.tar"
    names = [f"attachments/{DIGEST[:2]}/{DIGEST}", "keys/residents"]
    files = [(name, home / name) for name in names]
    pack(file, facts={"version": "1", "keys": {}}, dump=[DUMP], files=files)
    return file


def tar_of(file, **contents):
    """A tar that somebody else made."""
    with tarfile.open(file, "w") as tar:
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return file


def test_what_was_packed_comes_back_byte_by_byte(backup, tmp_path):
    assert checked(backup)["version"] == "1"
    assert b"".join(dump_of(backup)) == DUMP
    there = tmp_path / "there"
    assert bring_files(backup, home=there, attachments=there / "files") == (1, 1)
    assert (there / "files" / DIGEST[:2] / DIGEST).read_bytes() == b"secret"
    assert (there / "keys" / "residents").read_bytes() == b"k" * 64
    assert (there / "keys" / "residents").stat().st_mode & 0o777 == 0o600
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_large_dump_is_packed_in_parts_and_put_together_again(tmp_path):
    portions = [bytes([number]) * (PART_BYTES // 2) for number in range(5)]
    pack(tmp_path / "city.tar", facts={}, dump=iter(portions), files=[])
    with tarfile.open(tmp_path / "city.tar") as tar:
        assert len([name for name in tar.getnames() if name.startswith("database")]) == 3
    checked(tmp_path / "city.tar")
    assert b"".join(dump_of(tmp_path / "city.tar")) == b"".join(portions)


@pytest.mark.parametrize("part", [0, 0.05, 0.3, 0.6, 0.9, 0.99, 1])
def test_a_backup_that_was_cut_off_is_refused_wherever_the_cut_is(backup, part):
    whole = backup.read_bytes()
    # What follows the list of digests is only the tar's own padding.
    last_line = whole.rindex(b"keys/residents\n")
    backup.write_bytes(whole[: int(part * last_line)])
    with pytest.raises(WrongInput, match=r"was cut off and is not whole.*Nothing was done\.$"):
        checked(backup)


@pytest.mark.parametrize("changed", [b"a database", b"secret", b"kkkk", DIGEST[:20].encode()])
def test_a_backup_that_was_changed_is_refused(backup, changed):
    content = bytearray(backup.read_bytes())
    # The last place: names stand in the list of digests too.
    content[content.rindex(changed)] ^= 1
    backup.write_bytes(content)
    with pytest.raises(WrongInput):
        checked(backup)


def test_a_file_that_does_not_match_its_own_name_is_refused(tmp_path):
    (tmp_path / "photo").write_bytes(b"another photo")
    names = [(f"attachments/{DIGEST[:2]}/{DIGEST}", tmp_path / "photo")]
    # Its digests are right, so it was packed so.
    pack(tmp_path / "city.tar", facts={}, dump=[DUMP], files=names)
    with pytest.raises(WrongInput, match=f"was changed after it was written, at .*{DIGEST}"):
        checked(tmp_path / "city.tar")


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/passwd", "attachments/../../x", "attachments/aa/bb", "keys/other"]
)
def test_a_name_that_no_backup_holds_is_refused(tmp_path, name):
    facts = json.dumps({"format": 1}).encode()
    file = tar_of(tmp_path / "evil.tar", **{FACTS: facts, name: b"x"})
    with pytest.raises(WrongInput, match="which no backup holds"):
        checked(file)
    with pytest.raises(WrongInput, match="which no backup holds"):
        bring_files(file, home=tmp_path / "there", attachments=tmp_path / "there")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a tar at all" * 100, "is no backup of huiyin"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_what_is_no_backup_is_refused(tmp_path, content, sentence):
    if content:
        (tmp_path / "file").write_bytes(content)
    with pytest.raises(WrongInput, match=sentence):
        checked(tmp_path / "file")


def test_a_backup_of_another_format_is_refused_with_its_version(tmp_path):
    facts = json.dumps({"format": 9, "version": "7.0"}).encode()
    with pytest.raises(WrongInput, match=r"another version of huiyin \(7\.0\)"):
        checked(tar_of(tmp_path / "later.tar", **{FACTS: facts}))


def test_a_backup_never_replaces_another_and_a_failed_one_leaves_nothing(backup, tmp_path):
    with pytest.raises(NotPossible, match="is there already"):
        pack(backup, facts={}, dump=[], files=[])

    def broken():
        yield b"a beginning"
        raise OutsideProblem("pg_dump failed.", permanent=False)

    with pytest.raises(OutsideProblem, match="pg_dump failed"):
        pack(tmp_path / "new.tar", facts={}, dump=broken(), files=[])
    with pytest.raises(OutsideProblem, match="could not be written"):
        pack(tmp_path / "no" / "folder.tar", facts={}, dump=[], files=[])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["city.tar", "home"]


def test_a_city_is_restored_only_where_nobody_lives(tmp_path):
    check_empty(tmp_path / "not there yet")
    (tmp_path / "keys").mkdir()
    check_empty(tmp_path)
    (tmp_path / "database").mkdir()
    with pytest.raises(NotPossible, match=r"is not empty \(it holds database\)"):
        check_empty(tmp_path)


def test_a_key_that_lies_there_is_set_aside_and_not_lost(backup, tmp_path):
    (tmp_path / "there" / "keys").mkdir(parents=True)
    (tmp_path / "there" / "keys" / "residents").write_text("older")
    bring_files(backup, home=tmp_path / "there", attachments=tmp_path / "files")
    assert (tmp_path / "there" / "keys" / "residents.before").read_text() == "older"


@pytest.fixture
def other_site():
    """An empty home to restore into."""
    with closing(City()) as city, pytest.MonkeyPatch.context() as monkeypatch:
        adjust(city, monkeypatch)
        with closing(Site(city)) as site:
            city.embedded()
            yield site


def exported(site):
    """All entries of the logbook, as an auditor takes them."""
    out = site.city.base / "entries"
    assert site.command("logbook", "entries", "--out", str(out)).returncode == 0
    return out.read_bytes()


def test_a_city_comes_back_whole_from_a_backup_taken_while_it_worked(running, other_site):
    assert running.ask("漏水,楼道里都是水。", photo())[0] == 303
    file = running.city.base / "with-keys.tar"
    done = running.command("backup", str(file), "--with-keys")
    assert done.returncode == 0, done.stderr
    assert "The keys are in it" in done.stdout
    done = other_site.command("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert exported(other_site) == exported(running)
    verdict = other_site.command("logbook", "verify")
    assert verdict.returncode == 0, verdict.stdout
    found = json.loads(other_site.command("doctor", "--json").stdout)["findings"]
    wrong = [line for line in found if line["level"] == "wrong"]
    assert [line for line in wrong if line["about"] != "translations"] == []
    # A city that stands is not restored over.
    again = other_site.command("restore", str(file))
    assert again.returncode == 1
    assert "is not empty" in again.stderr


@pytest.fixture
def tools(running, monkeypatch):
    """PostgreSQL's programs, for the database of the running city."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return Tools(running.home)


def test_a_dump_is_not_brought_into_a_database_that_is_not_empty(tools):
    with pytest.raises(OutsideProblem, match=r"psql failed: .*already exists\.$"):
        tools.restore(tools.dumped())


def test_half_a_dump_fills_nothing(tools, running):
    half = b"".join(tools.dumped())[:-30_000]
    with psycopg.connect(**Embedded(running.home).parameters(owner=True), autocommit=True) as owner:
        owner.execute("CREATE DATABASE half")
        tools.place = tools.place.replace("dbname=huiyin", "dbname=half")
        with pytest.raises(OutsideProblem, match="pg_restore failed"):
            tools.restore([half])
    there = Embedded(running.home).parameters(owner=True) | {"dbname": "half"}
    with psycopg.connect(**there) as owner:
        count = owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert count.fetchone() == (0,)


def test_a_city_may_move_to_an_older_postgresql(running, other_site, monkeypatch):
    if not POSTGRES_15.is_dir():
        pytest.skip("PostgreSQL 15 is not installed on this machine")
    assert running.ask()[0] == 303
    file = running.city.base / "moving.tar"
    assert running.command("backup", str(file), "--with-keys").returncode == 0
    written = exported(running)
    monkeypatch.setenv("HUIYIN_POSTGRES_BIN", str(POSTGRES_15))
    done = other_site.command("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert "PostgreSQL 15" in other_site.command("doctor").stdout
    assert other_site.command("logbook", "verify").returncode == 0
    assert exported(other_site) == written


def test_a_backup_of_a_later_version_is_refused(running, other_site):
    whole, later = running.city.base / "whole.tar", running.city.base / "later.tar"
    assert running.command("backup", str(whole)).returncode == 0
    with tarfile.open(whole) as tar:
        facts = json.load(tar.extractfile(FACTS))
    facts |= {"version": "9.0", "tables": [*facts["tables"], "cases.0099_of_tomorrow"]}
    pack(later, facts=facts, dump=[DUMP], files=[])
    done = other_site.command("restore", str(later))
    assert done.returncode == 1
    assert "a later huiyin (9.0)" in done.stderr
    assert "cases.0099_of_tomorrow" in done.stderr
    assert not (other_site.home / "database").exists()


def test_a_backup_without_keys_says_so_and_the_city_asks_for_them(running, other_site):
    assert running.ask()[0] == 303
    file = running.city.base / "without-keys.tar"
    assert "The keys are not in it" in running.command("backup", str(file)).stdout
    done = other_site.command("restore", str(file))
    assert done.returncode == 1
    assert "that sealed residents' data is not the one here" in done.stderr
    doctor = other_site.command("doctor")
    assert doctor.returncode == 1
    assert "does not open what was sealed with it" in doctor.stdout
    for name in ("residents", "sign-in"):
        right = (running.home / "keys" / name).read_bytes()
        (other_site.home / "keys" / name).write_bytes(right)
    assert "does not open" not in other_site.command("doctor").stdout

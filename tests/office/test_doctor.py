"""The doctor sees what is wrong with a city, names it in a sentence, and says what to do."""

import contextlib
import json
import shutil
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone, translation

from huiyin.cases.files.attachments import keep_attachment
from huiyin.cases.rules import RESIDENT
from huiyin.deadlines.actions import adopt_preset
from huiyin.deadlines.models import Calendar
from huiyin.logbook.actions import record
from huiyin.logbook.sealing import seal
from huiyin.management.commands import doctor
from huiyin.office.upkeep import database_state, home_state
from huiyin.office.upkeep.findings import Level, doubt, fault, fine
from tests.conftest import owner_connection
from tests.makers import hotline, make_case
from tests.photos import photo, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def only(findings):
    """The one thing that a look found."""
    (found,) = findings
    return found


def levels(findings):
    return {finding.about: finding.level for finding in findings}


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def as_owner():
    """Somebody with the owner's rights, beside the application."""
    with owner_connection(connection.settings_dict["NAME"]) as owner:
        yield owner


# --- the database ----------------------------------------------------------------------


def test_a_database_as_it_is_made_has_nothing_wrong_with_it():
    assert levels(database_state.database_findings()) == dict.fromkeys(
        ("database", "characters", "clock", "tables", "rights"), Level.OK
    )


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_an_application_that_may_rewrite_the_logbook_is_wrong(as_owner, right):
    role = connection.settings_dict["USER"]
    as_owner.execute(f"GRANT {right} ON logbook_entry TO {role}")
    try:
        found = database_state._append_only()
    finally:
        as_owner.execute(f"REVOKE {right} ON logbook_entry FROM {role}")
    assert found.level == Level.WRONG
    assert "logbook_entry" in found.sentence
    assert "migrate_city" in found.remedy


def test_tables_of_another_version_are_wrong_and_nothing_else_is_asked_of_them(monkeypatch):
    monkeypatch.setattr(database_state, "waiting_migrations", lambda: ["cases.0009_something"])
    found = list(database_state.database_findings())
    assert found[-1].level == Level.WRONG
    assert "1 changes of the tables are not made yet, first cases.0009_something" in (
        found[-1].sentence
    )


def test_no_migration_waits_in_a_city_that_was_just_made():
    assert database_state.waiting_migrations() == []


def test_a_database_that_sorts_by_its_own_rules_is_a_warning(monkeypatch):
    monkeypatch.setattr(database_state, "WORDS", database_state.WORDS[::-1])
    assert only(database_state._characters()).level == Level.OK
    monkeypatch.setattr(database_state, "IN_ORDER", "SELECT %s::text[]")
    assert only(database_state._characters()).level == Level.WARNING


def test_a_database_that_does_not_know_chinese_letters_is_wrong(monkeypatch):
    monkeypatch.setattr(database_state, "KNOWS_CHINESE", "SELECT false")
    assert only(database_state._characters()).level == Level.WRONG


def test_two_clocks_that_disagree_are_a_warning(monkeypatch):
    ahead = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr(database_state.timezone, "now", lambda: ahead)
    assert database_state._clock().level == Level.WARNING


# --- the rooms -------------------------------------------------------------------------


def test_a_year_without_a_calendar_is_told_loudly(monkeypatch):
    this_year = timezone.localdate().year
    calendar = Calendar.objects.get(code="city")
    calendar.known_years.create(year=this_year + 1, source="test")
    assert only(doctor._calendars()).level == Level.OK
    calendar.known_years.filter(year=this_year + 1).delete()
    monkeypatch.setattr(doctor.timezone, "localdate", lambda: date(this_year, 12, 1))
    found = only(doctor._calendars())
    assert found.level == Level.WARNING
    assert f"huiyin calendar load --year {this_year + 1}" in found.remedy
    calendar.known_years.all().delete()
    assert next(doctor._calendars()).level == Level.WRONG


def test_a_city_without_adopted_time_limits_is_told_so():
    assert only(doctor._presets()).level == Level.WARNING
    adopt_preset("plain", from_on=timezone.localdate())
    assert only(doctor._presets()).level == Level.OK


def test_a_city_where_nobody_takes_requests_in_is_told_so():
    assert only(doctor._hotline()).level == Level.WARNING
    hotline()
    assert "市民热线服务中心" in only(doctor._hotline()).sentence


def test_a_key_that_does_not_open_residents_data_is_wrong(settings):
    make_case()
    assert list(doctor._residents()) == []
    settings.DATA_KEYS = dict.fromkeys(
        settings.DATA_KEYS, b"another key of 32 bytes of length"[:32]
    )
    assert "does not open" in only(doctor._residents()).sentence
    settings.DATA_KEYS = {"k9": b"0" * 32}
    assert only(doctor._residents()).level == Level.WRONG


def test_a_file_that_is_not_in_its_place_is_wrong(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = make_case()
    keep(case)
    assert list(doctor._residents()) == []
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    assert "first “灯.jpg”" in only(doctor._residents()).sentence


def test_entries_that_waited_too_long_for_a_seal_are_a_warning():
    assert only(doctor._seals()).level == Level.OK
    moment = timezone.now()
    write_at(moment - timedelta(minutes=30))
    assert only(doctor._seals()).level == Level.OK
    write_at(moment - timedelta(hours=3), about="HY-2")
    assert only(doctor._seals()).level == Level.WARNING
    seal(at=moment)
    assert only(doctor._seals()).level == Level.OK


def test_a_worker_that_fell_silent_is_a_warning():
    assert only(doctor._worker()).level == Level.WARNING
    run("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    assert only(doctor._worker()).level == Level.WARNING
    run("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert only(doctor._worker()).level == Level.OK


def test_jobs_that_failed_are_named():
    run(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
        " VALUES ('default', 'logbook.seal', 'failed'), ('default', 'logbook.seal', 'succeeded')"
    )
    assert "“logbook.seal” has failed 1 times." in [found.sentence for found in doctor._worker()]


# --- the home --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free", "level"),
    [(100, Level.WRONG), (499, Level.WRONG), (501, Level.WARNING), (6_000, Level.OK)],
)
def test_little_room_is_a_warning_and_none_is_wrong(tmp_path, monkeypatch, free, level):
    usage = shutil.disk_usage(tmp_path)._replace(free=free * home_state.MEGABYTE)
    monkeypatch.setattr(home_state.shutil, "disk_usage", lambda _folder: usage)
    assert levels(home_state.home_findings(tmp_path, tmp_path))["space"] == level


@pytest.mark.parametrize(
    ("kind", "level"), [("ext4", Level.OK), ("tmpfs", Level.WARNING), ("nfs4", Level.WARNING)]
)
def test_a_home_in_memory_or_on_another_machine_is_a_warning(tmp_path, monkeypatch, kind, level):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nb {tmp_path} {kind} rw 0 0\nc /x xfs rw 0 0\n")
    monkeypatch.setattr(home_state, "MOUNTS", mounts)
    assert home_state.disk_kind(tmp_path / "home") == kind
    assert levels(home_state.home_findings(tmp_path, tmp_path))["home"] == level


def test_keys_that_others_can_read_are_wrong(tmp_path):
    assert only(home_state.key_findings(tmp_path, are_given=True)).level == Level.OK
    assert only(home_state.key_findings(tmp_path, are_given=False)).level == Level.WRONG
    (tmp_path / "keys").mkdir(mode=0o700)
    key = tmp_path / "keys" / "residents"
    key.write_text("k" * 64)
    key.chmod(0o600)
    assert only(home_state.key_findings(tmp_path, are_given=False)).level == Level.OK
    key.chmod(0o640)
    found = only(home_state.key_findings(tmp_path, are_given=False))
    assert (found.level, str(key) in found.sentence) == (Level.WRONG, True)


def test_missing_fonts_and_words_that_are_not_compiled_are_wrong(tmp_path):
    words = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    fonts = tmp_path / "static" / "vendor" / "fonts"
    words.mkdir(parents=True)
    fonts.mkdir(parents=True)
    (words / "django.po").write_text("")
    found = levels(home_state.installed_findings(tmp_path))
    assert found == {"fonts and scripts": Level.WRONG, "translations": Level.WRONG}
    for file in (words / "django.mo", fonts.parent / "versions.txt"):
        file.write_text("")
    for name in home_state.FONTS:
        (fonts / name).write_text("")
    found = levels(home_state.installed_findings(tmp_path))
    assert set(found.values()) == {Level.OK}


# --- the command -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("findings", "status"),
    [
        ([fine("home", "Good.")], 0),
        ([doubt("worker", "Silent.", "Start it.")], 0),
        ([fault("keys", "Open.", "Close them."), fine("home", "Good.")], 1),
    ],
)
def test_only_what_is_wrong_ends_with_status_1(monkeypatch, capsys, findings, status):
    monkeypatch.setattr(doctor, "_findings", lambda: iter(findings))
    with contextlib.ExitStack() as stack:
        if status:
            stack.enter_context(pytest.raises(SystemExit, match=str(status)))
        call_command("doctor")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{doctor.MARKS[findings[0].level]} {findings[0].about}: " + " ".join(
        words for words in (findings[0].sentence, findings[0].remedy) if words
    )
    assert said[-1].endswith("warnings") or said[-1].endswith("warning")


def test_the_findings_can_be_read_by_a_program(monkeypatch, capsys):
    found = [fault("keys", "别人能读。", "改权限。"), doubt("worker", "Silent.", "Start it.")]
    monkeypatch.setattr(doctor, "_findings", lambda: iter(found))
    with pytest.raises(SystemExit):
        call_command("doctor", "--json")
    said = json.loads(capsys.readouterr().out)
    assert (said["wrong"], said["warnings"]) == (1, 1)
    assert said["findings"][0] == {
        "level": "wrong",
        "about": "keys",
        "sentence": "别人能读。",
        "remedy": "改权限。",
    }


def test_a_database_that_does_not_answer_is_one_finding(monkeypatch):
    def away():
        raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr(doctor.connection, "cursor", away)
    found = list(doctor._findings())
    assert found[-1].about == "database"
    assert found[-1].sentence == ("It does not answer: connection refused Is the server running?.")


def write_at(moment, *, about="HY-1"):
    record("case.moved", about=about, by="official:1@unit:1", at=moment)


def keep(case):
    """Put a photo into a case."""
    keep_attachment(case, upload(photo()), by=RESIDENT, at=timezone.now())

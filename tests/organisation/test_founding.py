"""`huiyin found`: one city in empty tables, once, with a password that is never an option."""

import io
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from huiyin.cases.models import Category
from huiyin.deadlines.models import Adoption, Calendar, KnownYear
from huiyin.departments.models import Official, Post, Unit
from huiyin.departments.queries import hotline, time_zone_of
from huiyin.management.commands import found
from huiyin.office.problems import NotPossible
from tests.makers import make_unit

pytestmark = pytest.mark.django_db
PASSWORD = "a lamp in every street"


@pytest.fixture(autouse=True)
def _password(tmp_path, monkeypatch):
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def founded(*words, city="平川市", sign_in="lihua", password_file="password") -> str:  # noqa: S107
    out = io.StringIO()
    given = ["--city", city, "--admin", "李华", "--sign-in", sign_in, *words]
    if password_file:
        given += ["--password-file", password_file]
    call_command("found", *given, stdout=out)
    return out.getvalue()


def test_a_founded_city_has_its_root_hotline_administrator_limits_and_categories():
    said = founded("--city-en", "Pingchuan")
    root = Unit.objects.get(parent=None)
    assert (root.name, root.name_en, time_zone_of(root)) == (
        "平川市",
        "Pingchuan",
        ZoneInfo("Asia/Shanghai"),
    )
    assert (hotline().name, hotline().parent) == ("市民热线服务中心", root)
    official = Official.objects.get()
    assert official.check_password(PASSWORD)
    assert [(h.post, h.unit) for h in official.posts.all()] == [(Post.ADMINISTRATOR, root)]
    assert Adoption.objects.get().preset.code == "plain"
    assert Category.objects.filter(source="city").count() == 80
    assert "lihua" in said


def test_founding_it_twice_changes_nothing():
    founded()
    assert "stands already" in founded()
    assert (Unit.objects.count(), Official.objects.count()) == (2, 1)


@pytest.mark.parametrize(("city", "sign_in"), [("别处市", "lihua"), ("平川市", "somebody")])
def test_another_city_is_refused_where_one_stands(city, sign_in):
    founded()
    with pytest.raises(NotPossible, match="A city stands here already: 平川市"):
        founded(city=city, sign_in=sign_in)
    assert Unit.objects.count() == 2


def test_tables_with_units_of_whatever_origin_get_no_second_city():
    make_unit()
    with pytest.raises(NotPossible, match="stands here already"):
        founded()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--time-zone", "Mars/Olympus"], "no time zone"),
        (["--preset", "none-such"], "no preset"),
        (["--city", " "], "a name of at most"),
        (["--sign-in", " "], "a sign-in name"),
        (["--password-file", "nowhere"], "there is no such file"),
        (["--categories", "nowhere.csv"], "there is no such file"),
    ],
)
def test_what_cannot_be_founded_is_refused_in_one_sentence_and_leaves_nothing(words, sentence):
    with pytest.raises(CommandError, match=sentence) as refused:
        founded(*words, *(["--password-file", "password"] if "file" not in words[0] else []),
                password_file=None)  # fmt: skip
    assert refused.value.returncode == 2
    assert not Unit.objects.exists()
    assert not Official.objects.exists()


def test_a_short_password_founds_nothing(tmp_path):
    (tmp_path / "password").write_text("short", encoding="utf-8")
    with pytest.raises(CommandError, match="too short"):
        founded()
    assert not Unit.objects.exists()


def test_the_password_may_come_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    founded(password_file="-")
    assert Official.objects.get().check_password(PASSWORD)


def test_without_a_terminal_nobody_is_asked(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="--password-file"):
        founded(password_file=None)


def test_a_password_is_asked_twice_and_must_agree(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = iter([PASSWORD, "another", PASSWORD, PASSWORD])
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(found, "getpass", lambda _asked: next(answers))
    with pytest.raises(CommandError, match="differ"):
        founded(password_file=None)
    founded(password_file=None)
    assert Official.objects.get().check_password(PASSWORD)


def test_a_city_elsewhere_has_its_own_clock_and_no_chinese_holidays():
    founded("--time-zone", "Europe/Lisbon")
    assert set(Calendar.objects.values_list("time_zone", flat=True)) == {"Europe/Lisbon"}
    assert not KnownYear.objects.filter(calendar__code="city").exists()


def test_a_city_may_bring_its_own_categories_or_none(tmp_path):
    table = tmp_path / "own.csv"
    table.write_text("编码,名称\nlamp,路灯\n", encoding="gbk")
    founded("--categories", str(table))
    assert Category.objects.get().name == "路灯"


def test_a_city_is_told_where_its_settings_name_another(settings):
    settings.CITY_NAME = "和安市"
    assert "HUIYIN_CITY_NAME=平川市" in founded()
    assert "HUIYIN_TIME_ZONE" not in founded()

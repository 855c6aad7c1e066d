"""`huiyin demo`: builds once, answers quickly ever after, and refuses in one sentence."""

import io
import socket

import pytest
from django.core.management import call_command
from django.utils import translation

from huiyin.cases.models import Case
from huiyin.demo.accounts import ACCOUNTS, PASSWORD
from huiyin.departments.models import Unit
from huiyin.office.problems import NotPossible, WrongInput
from tests.makers import make_case

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.usefixtures("own_home"),
]


class Screen(io.StringIO):
    """What somebody sees who watches."""

    def isatty(self) -> bool:
        return True


def demo(*words: str, out: io.StringIO | None = None) -> str:
    out = out or io.StringIO()
    call_command("demo", "--cases", "30", "--years", "1", *words, stdout=out)
    return out.getvalue()


def test_it_builds_and_says_who_may_sign_in_and_where(own_home, settings):
    settings.SITE_URL = "http://he-an.example"
    said = demo()
    assert Case.objects.count() == 30
    assert str(own_home / "demo-planted.json") in said
    assert f"http://he-an.example/desk/ as one of these; the password of all is {PASSWORD}" in said
    assert all(f"{account.sign_in_name} " in said for account in ACCOUNTS)


def test_a_port_in_use_is_told_before_anything_is_built():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(NotPossible, match="PORT="):
            demo("--port", str(other.getsockname()[1]))
    assert not Unit.objects.exists()


def test_the_address_is_that_of_the_port_it_will_be_served_on(monkeypatch, settings):
    monkeypatch.setenv("HUIYIN_SITE_URL", "")
    settings.SITE_URL = "http://127.0.0.1:8000"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert f"http://127.0.0.1:{port}/desk/" in demo("--port", str(port))


def test_it_shows_how_far_it_is_on_a_screen_only():
    assert "30 of 30 cases" in demo(out=Screen())


def test_it_writes_no_line_of_progress_into_a_file():
    assert "\r" not in demo()


def test_it_speaks_the_language_of_the_city():
    with translation.override("zh-hans"):
        said = demo(out=Screen())
    assert "30 / 30 件" in said
    assert "password" not in said


def test_a_city_that_stands_is_left_alone(django_assert_max_num_queries):
    demo()
    with django_assert_max_num_queries(2):
        said = demo("--if-empty")
    assert PASSWORD in said
    assert Case.objects.count() == 30


def test_an_empty_city_is_built_if_asked_only_then():
    demo("--if-empty")
    assert Case.objects.count() == 30


def test_a_city_of_real_cases_is_left_alone_and_no_account_is_named():
    make_case()
    said = demo("--if-empty")
    assert PASSWORD not in said
    assert "gets no demo cases" in said
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--cases", "0"], "--cases between 1 and 50000000"),
        (["--cases", "50000001"], "--cases between 1 and"),
        (["--years", "0"], "--years between 1 and 20"),
        (["--years", "21"], "--years between 1 and 20"),
        (["--until", "tomorrow"], "as 2026-11-01T12:00"),
        (["--until", "2999-01-01T12:00"], "future"),
    ],
)
def test_a_city_that_cannot_be_is_refused_in_one_sentence(words, sentence):
    with pytest.raises(WrongInput, match=sentence):
        demo(*words)
    assert not Unit.objects.exists()


def test_who_stops_it_is_told_that_nothing_was_kept():
    class Stopped(Screen):
        def write(self, text: str) -> int:
            if "of 30" in text:
                raise KeyboardInterrupt
            return super().write(text)

    with pytest.raises(NotPossible, match="Nothing of the demo city was kept"):
        demo(out=Stopped())
    assert not Unit.objects.exists()


def test_the_last_moment_without_a_zone_is_that_of_the_city():
    demo("--until", "2026-03-04T12:00")
    last = Case.objects.latest("received_at").received_at
    assert last.isoformat() < "2026-03-04T04:00"
    assert last.isoformat() > "2026-02-20"

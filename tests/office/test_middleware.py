"""A lost database and a problem reach the person as one sentence, with a number to quote."""

import json
import logging

import pytest
from django.core.signals import got_request_exception
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation
from psycopg.errors import AdminShutdown, DiskFull
from psycopg_pool import PoolTimeout

from huiyin.departments.models import Official
from huiyin.office import middleware
from huiyin.office.lines import DatabaseAwayFilter
from huiyin.office.middleware import (
    DatabaseAwayMiddleware,
    ProblemMiddleware,
    RequestNumberMiddleware,
)
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, OutsideProblem, WrongInput
from huiyin.replies.models import Draft


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def mended(monkeypatch):
    """How often somebody tried to bring the database back."""
    tries = []
    monkeypatch.setattr(middleware.Mending, "mend", lambda _self: tries.append(1))
    return tries


def lost(cause):
    """The error that Django makes of one of psycopg's."""
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def answer(*outcomes, method="GET", accept="text/html"):
    """The answer to a request whose page meets these outcomes, one at each time it is made."""
    left = list(outcomes)
    request = RequestFactory().generic(method, "/desk/", headers={"Accept": accept})

    def page(asked):
        outcome = left.pop(0)
        if not isinstance(outcome, Exception):
            return HttpResponse(outcome)
        for one in (problems, away):
            said = one.process_exception(asked, outcome)
            if said is not None:
                return said
        raise outcome

    problems = ProblemMiddleware(page)
    away = DatabaseAwayMiddleware(problems)
    said = RequestNumberMiddleware(away)(request)
    return said, left


@pytest.mark.parametrize("cause", [AdminShutdown("gone"), InterfaceError("closed")])
def test_a_page_that_loses_the_database_is_made_once_more(cause, mended):
    said, left = answer(lost(cause), "The queue.")
    assert (said.status_code, said.content, left) == (200, b"The queue.", [])
    assert mended == [1]


def test_what_was_sent_is_never_sent_a_second_time_by_us():
    said, left = answer(lost(AdminShutdown("gone")), "Taken in twice.", method="POST")
    assert said.status_code == 503
    assert left == ["Taken in twice."]
    page = said.content.decode()
    assert "keep what you wrote" in page
    assert "is not taken in twice" in page


@pytest.mark.parametrize("cause", [PoolTimeout("no connection"), DiskFull("no space")])
def test_a_page_that_has_waited_already_does_not_wait_again(cause):
    said, left = answer(lost(cause), "Too late.")
    assert (said.status_code, left) == (503, ["Too late."])
    assert said["Retry-After"] == "60"


def test_a_page_that_loses_it_twice_says_so():
    said, left = answer(lost(AdminShutdown("gone")), lost(AdminShutdown("again")))
    assert (said.status_code, left) == (503, [])
    assert "The database does not answer just now." in said.content.decode()


def test_a_full_disk_is_called_one():
    said, _left = answer(lost(DiskFull("no space left")), method="POST")
    assert "has no room left, so nothing was changed" in said.content.decode()


def test_a_program_is_told_in_json_under_the_number_that_stands_in_the_log(caplog):
    error = lost(PoolTimeout("no connection"))
    with caplog.at_level(logging.ERROR, "huiyin.problems"):
        said, _left = answer(error, accept="application/json")
    told = json.loads(said.content)
    assert told["problem"] == "The database does not answer just now. Please try again in a minute."
    assert caplog.messages == [f"{told['number']} database away: PoolTimeout"]


def test_a_database_lost_outside_the_page_itself_says_so_too():
    # As when the session is written after the page was made: Django makes a 500 of it.
    def broken(request):
        try:
            raise lost(PoolTimeout("no connection"))
        except OperationalError:
            got_request_exception.send(sender=None, request=request)
        return HttpResponse("a fault of ours", status=500)

    said = DatabaseAwayMiddleware(broken)(RequestFactory().post("/desk/sign-in/"))
    assert said.status_code == 503
    assert "The database does not answer just now." in said.content.decode()


def test_any_other_error_is_left_alone(mended):
    with pytest.raises(ValueError, match="a bug"):
        answer(ValueError("a bug"))
    assert mended == []


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (WrongInput("Write a number."), 400),
        (NotAllowed("Ask your supervisor."), 403),
        (NotFound("There is no such case."), 404),
        (NotPossible("The case is closed."), 409),
        (OutsideProblem("The map does not answer.", permanent=False), 503),
    ],
)
def test_a_problem_reaches_the_person_with_its_status(problem, status):
    said, _left = answer(problem, accept="application/json")
    assert said.status_code == status
    told = json.loads(said.content)
    assert told["problem"] == str(problem)
    assert len(told["number"]) == 8


def record(name, text, *arguments, level=logging.WARNING, **facts):
    made = logging.LogRecord(name, level, "file", 1, text, arguments, None)
    made.__dict__.update(facts)
    return made


def test_the_console_hears_once_a_minute_why_the_database_is_away(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("huiyin.office.lines.time.monotonic", lambda: now[0])
    lines = DatabaseAwayFilter()

    def passes():
        return lines.filter(record("psycopg.pool", "error connecting in %r: %s", "p", "refused\n"))

    assert passes()
    assert not passes()
    assert not lines.filter(record("psycopg.pool", "discarding closed connection: %s", "c"))
    now[0] += 61
    assert passes()
    assert lines.filter(record("huiyin.problems", "1a2b database away: %s", "PoolTimeout"))
    assert not lines.filter(record("django.request", "Service Unavailable", status_code=503))
    assert lines.filter(record("django.request", "Internal Server Error", status_code=500))


def test_what_the_pool_says_on_several_lines_is_one_line():
    said = record("psycopg.pool", "error connecting in %r: %s", "pool-1", "refused\n\tIs it up?")
    assert DatabaseAwayFilter().filter(said)
    assert said.getMessage() == "error connecting in 'pool-1': refused Is it up?"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        lambda: Official.objects.filter(name="a\0b").exists(),
        lambda: Draft.objects.filter(words__contains={"what": "a\0b"}).exists(),
    ],
)
def test_what_no_table_can_hold_is_refused_in_one_sentence(asked):
    with pytest.raises(DataError) as found:
        asked()
    request = RequestFactory(headers={"Accept": "application/json"}).post("/desk/", {})
    said = ProblemMiddleware(lambda _request: HttpResponse()).process_exception(
        request, found.value
    )
    assert said.status_code == 400
    assert "cannot be kept" in said.content.decode()


def test_other_faults_of_data_are_faults_of_ours():
    request = RequestFactory().post("/desk/", {})
    middleware = ProblemMiddleware(lambda _request: HttpResponse())
    assert middleware.process_exception(request, DataError("value too long")) is None

"""From problems to pages: each sentence reaches its person, with a number to quote.

`ProblemMiddleware` turns a `Problem`, or text that no table can hold, into a page or JSON;
`DatabaseAwayMiddleware` says plainly that the database is away; both log under the number the
person sees.
"""

import logging
import secrets
import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import DataError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from psycopg.errors import DiskFull
from psycopg_pool import PoolTimeout

from huiyin.office.database import embedded_is_used
from huiyin.office.embedded import Embedded
from huiyin.office.problems import OutsideProblem, Problem, WrongInput

log = logging.getLogger("huiyin.problems")
ZERO_BYTE = ("NUL (0x00)", "\\u0000 cannot be converted")
LOST = (OperationalError, InterfaceError, PoolTimeout)
SAFE = {"GET", "HEAD"}
MEND_SECONDS = 2.0
Next = Callable[[HttpRequest], HttpResponse]


class RequestNumberMiddleware:
    """Give each request a short number that stands in the log and on a problem page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.number = secrets.token_hex(4)  # type: ignore[attr-defined]
        return self.get_response(request)


class DatabaseAwayMiddleware:
    """Answer 503 with a sentence while the database cannot be reached or written.

    A page that was only looked at is made once more: it may meet the database coming back.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.mending = Mending()
        got_request_exception.connect(_remember_loss)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        lost = _loss(request)
        if lost is None:
            return response
        self.mending.mend()
        if request.method in SAFE and not _waited_for(lost):
            _forget_loss(request)
            connection.close()
            response, lost = self.get_response(request), _loss(request)
        if lost and response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
            # It was lost outside the page itself, as when the session is written.
            return _away(request, lost)
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Turn a lost database or a full disk into one sentence."""
        if not isinstance(problem, LOST):
            return None
        request.lost_database = problem  # type: ignore[attr-defined]
        return _away(request, problem)


class Mending:
    """Brings back an embedded database whose keeper is gone too; one thread at a time."""

    def __init__(self) -> None:
        self.embedded = Embedded(settings.HUIYIN_HOME) if embedded_is_used() else None
        self.turn = threading.Lock()
        self.done_at = -MEND_SECONDS

    def mend(self) -> None:
        """Try it, unless somebody just has."""
        if not self.embedded or not self.turn.acquire(blocking=False):
            return
        try:
            if time.monotonic() >= self.done_at + MEND_SECONDS:
                self.embedded.mend()
        except OutsideProblem as problem:
            log.error("%s", problem)  # noqa: TRY400 - the sentence is all there is to say
        finally:
            self.done_at = time.monotonic()
            self.turn.release()


class ProblemMiddleware:
    """Turn a `Problem` into a page or into JSON."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Show the sentence of a problem with its status."""
        if _is_unkeepable(problem):
            # A page that keeps what was typed has said so already; this is for all others.
            problem = WrongInput(_("The text holds a character that cannot be kept; type it anew."))
        if not isinstance(problem, Problem):
            return None
        log.info("%s %s %s", _number(request), problem.status, type(problem).__name__)
        facts = {"sentence": str(problem), "number": _number(request), "status": problem.status}
        if _wants_json(request):
            return JsonResponse(
                {"problem": facts["sentence"], "number": facts["number"]}, status=problem.status
            )
        return render(request, "problem.html", facts, status=problem.status)


def _is_unkeepable(problem: Exception) -> bool:
    """Whether PostgreSQL was given a zero byte, which no text of it can hold."""
    return isinstance(problem, DataError) and any(said in str(problem) for said in ZERO_BYTE)


def _remember_loss(request: HttpRequest | None = None, **_: object) -> None:
    problem = sys.exc_info()[1]
    if request is not None and isinstance(problem, LOST):
        request.lost_database = problem  # type: ignore[attr-defined]


def _loss(request: HttpRequest) -> Exception | None:
    return getattr(request, "lost_database", None)


def _forget_loss(request: HttpRequest) -> None:
    request.lost_database = None  # type: ignore[attr-defined]


def _waited_for(problem: Exception) -> bool:
    """Whether the page has waited already for a database that did not come."""
    return isinstance(problem.__cause__ or problem, PoolTimeout | DiskFull)


def _away(request: HttpRequest, problem: Exception) -> HttpResponse:
    cause = problem.__cause__ or problem
    log.error("%s database away: %s", _number(request), type(cause).__name__)
    if isinstance(cause, DiskFull):
        sentence = _(
            "The database has no room left, so nothing was changed. "
            "Please keep what you wrote, and tell the people who run this site."
        )
    elif request.method in SAFE:
        sentence = _("The database does not answer just now. Please try again in a minute.")
    else:
        # Whoever loses the line while something is being written cannot know whether it was.
        sentence = _(
            "The database does not answer just now. Please keep what you wrote and send it again "
            "in a minute; what has arrived already is not taken in twice."
        )
    response = _told(request, sentence)
    response["Retry-After"] = "60"
    return response


def _told(request: HttpRequest, sentence: str) -> HttpResponse:
    facts = {"sentence": sentence, "number": _number(request)}
    if _wants_json(request):
        return JsonResponse({"problem": sentence, "number": facts["number"]}, status=503)
    return HttpResponse(render_to_string("away.html", facts), status=503)


def _number(request: HttpRequest) -> str:
    return getattr(request, "number", "-")


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get(
        "Accept", ""
    )

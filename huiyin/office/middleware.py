"""From problems to pages: each sentence reaches its person, with a number to quote.

`ProblemMiddleware` turns a `Problem` into a page or JSON; `DatabaseAwayMiddleware` says
plainly that the database is away; both log under the number the person sees.
"""

import logging
import secrets
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from huiyin.office.problems import Problem

log = logging.getLogger("huiyin.problems")
Next = Callable[[HttpRequest], HttpResponse]


class RequestNumberMiddleware:
    """Give each request a short number that stands in the log and on a problem page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.number = secrets.token_hex(4)  # type: ignore[attr-defined]
        return self.get_response(request)


class DatabaseAwayMiddleware:
    """Answer 503 with a sentence while the database cannot be reached or written."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Turn a lost database, a full pool or a full disk into one sentence."""
        if not isinstance(problem, OperationalError | InterfaceError | PoolTimeout):
            return None
        log.error("%s database away: %s", _number(request), type(problem).__name__)
        sentence = _(
            "The database does not answer just now, so nothing was changed. "
            "Please keep what you wrote and try again in a minute."
        )
        if _wants_json(request):
            return JsonResponse({"problem": sentence, "number": _number(request)}, status=503)
        page = render_to_string("away.html", {"sentence": sentence, "number": _number(request)})
        response = HttpResponse(page, status=503)
        response["Retry-After"] = "60"
        return response


class ProblemMiddleware:
    """Turn a `Problem` into a page or into JSON."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Show the sentence of a problem with its status."""
        if not isinstance(problem, Problem):
            return None
        log.info("%s %s %s", _number(request), problem.status, type(problem).__name__)
        facts = {"sentence": str(problem), "number": _number(request), "status": problem.status}
        if _wants_json(request):
            return JsonResponse(
                {"problem": facts["sentence"], "number": facts["number"]}, status=problem.status
            )
        return render(request, "problem.html", facts, status=problem.status)


def _number(request: HttpRequest) -> str:
    return getattr(request, "number", "-")


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get(
        "Accept", ""
    )

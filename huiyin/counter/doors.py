"""How a resident comes to a case: with the receipt that this browser holds, or not at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyin.cases.models import Case
from huiyin.cases.numbers import tidy_number
from huiyin.counter.holders import holds_receipt
from huiyin.office.problems import NotAllowed, NotFound, WrongInput

View = Callable[..., HttpResponseBase]


class SeeOther(HttpResponseRedirect):
    """After a form: load that page with GET, so that reloading sends nothing again."""

    status_code = 303


def for_holder(view: View) -> View:
    """Open a view to the holder of the receipt; everybody else is asked for number and secret.

    The answer is the same whether such a case exists or not.
    """

    @wraps(view)
    @never_cache
    def door(request: HttpRequest, number: str, **more: Any) -> HttpResponseBase:
        tidy = tidy_number(number)
        if tidy is None:
            raise _no_such(number)
        if not holds_receipt(request, tidy, at=timezone.now()):
            return _asked_for_secret(request, tidy)
        case = Case.objects.select_related("unit", "intake_unit").filter(number=tidy).first()
        if case is None:
            raise _no_such(number)
        return view(request, case, **more)

    return door


def for_forms(view: View) -> View:
    """Take forms only; whoever comes without one is led to the page of the request.

    A browser comes so after the language was changed on a page that a wrong form left behind.
    """

    @wraps(view)
    def door(request: HttpRequest, number: str, **more: Any) -> HttpResponseBase:
        if request.method != "POST":
            return SeeOther(reverse("counter:follow_case", args=[number]))
        return view(request, number, **more)

    return require_http_methods(["GET", "HEAD", "POST"])(door)


def _asked_for_secret(request: HttpRequest, number: str) -> HttpResponse:
    if request.method == "POST":
        raise NotAllowed(
            _(
                "This page was open for more than two hours, so nothing was sent. Go back and "
                "copy what you wrote; then open the request again with its number and secret."
            )
        )
    return SeeOther(f"{reverse('counter:follow')}?{urlencode({'number': number})}")


def _no_such(number: str) -> NotFound:
    return NotFound(_("There is no request with the number %(number)s.") % {"number": number[:60]})


def check_encoding(request: HttpRequest) -> None:
    """Refuse a form whose bytes are not what a browser sends: a page in GBK, for instance."""
    is_plain = request.content_type == "application/x-www-form-urlencoded"
    if is_plain and not request.body.isascii():
        raise WrongInput(_("The text holds characters that did not arrive whole; type it anew."))

"""The pages for what Django refuses before any view: unreadable, unknown, of unknown origin.

Those of our own problems are made by `office.middleware`.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def unreadable_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """Refuse what cannot be read: another encoding, a body too large, a host that is not ours."""
    return render(request, "400.html", status=400)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """Say that there is no such page."""
    return render(request, "404.html", status=404)


def form_of_unknown_origin(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """Refuse a form whose token is missing or old, and say how to send it after all."""
    return render(request, "403_csrf.html", status=403)


def something_broke(request: HttpRequest) -> HttpResponse:
    """Admit a fault of ours; rendered without the request, which may be what broke."""
    number = getattr(request, "number", "")
    return HttpResponse(render_to_string("500.html", {"number": number}), status=500)

"""The programs' door for officials: JSON for whoever signed in, 401 for everybody else."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from huiyin.departments.models import Official

P = ParamSpec("P")


class OfficialRequest(HttpRequest):
    """A request of an official who signed in."""

    user: Official


def for_officials(
    view: Callable[Concatenate[OfficialRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Let only officials who signed in through; what they are told is kept in no cache."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"problem": _("Sign in at the desk first.")}, status=401)
        response = view(request, *args, **kwargs)  # type: ignore[arg-type]
        patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded

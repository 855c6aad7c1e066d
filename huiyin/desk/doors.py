"""The officials' door: who may come in, and the frame that every page of the desk stands in.

A page is for those who signed in; a page of one post is for those who hold it somewhere. What
they may see and do behind the door is decided by the rooms below, never here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeAlias
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases.rules import HOTLINE_POSTS
from huiyin.departments.access import reach_of
from huiyin.departments.models import Official, Post
from huiyin.departments.rules import READS_CASES
from huiyin.notices.queries import COUNTED, unseen_count
from huiyin.office.problems import NotAllowed

P = ParamSpec("P")
READS_FIGURES = frozenset({Post.ANALYST, Post.LEADER, Post.SUPERVISOR})
JOINS_IN = frozenset({Post.OFFICER, Post.SUPERVISOR, Post.LEADER})
TAKES_DOWN = frozenset({Post.OPERATOR, Post.DISPATCHER})
CATALOGUE_READERS = frozenset({Post.ADMINISTRATOR, Post.DISPATCHER})


class DeskRequest(HttpRequest):
    """A request of an official who signed in."""

    user: Official


View: TypeAlias = Callable[Concatenate[DeskRequest, P], HttpResponseBase]
Door: TypeAlias = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Item:
    """One page in the menu, and the posts it is for; for everybody where there are none."""

    name: str
    label: str | Promise
    posts: frozenset[str] = frozenset()

    @property
    def address(self) -> str:
        """The name of its address; a part of the desk with a name of its own says which."""
        return self.name if ":" in self.name else f"desk:{self.name}"


MENU = (
    Item("queue", gettext_lazy("My desk")),
    Item("take_down", gettext_lazy("Take a request down"), TAKES_DOWN),
    Item("dispatch_queue", gettext_lazy("Dispatch"), frozenset({Post.DISPATCHER})),
    Item("dispatch:consultations", gettext_lazy("Consultations"), frozenset({Post.OFFICER})),
    Item("rulings", gettext_lazy("Rulings"), frozenset({Post.DISPATCHER, Post.SUPERVISOR})),
    Item("joint_parts", gettext_lazy("Whistles and parts"), JOINS_IN),
    Item("marks", gettext_lazy("Marks on callers"), frozenset({Post.OPERATOR, Post.SUPERVISOR})),
    Item("supervision", gettext_lazy("Supervision"), JOINS_IN),
    Item("callers", gettext_lazy("Find by phone"), HOTLINE_POSTS),
    Item("call_back_queue", gettext_lazy("Call-backs"), frozenset({Post.CALLER})),
    Item("problem_cases", gettext_lazy("Problem cases"), frozenset({Post.SUPERVISOR, Post.LEADER})),
    Item("patrols:home", gettext_lazy("Patrols")),
    Item("dispatch:versions", gettext_lazy("Dispatch catalogue"), CATALOGUE_READERS),
    Item("count_papers", gettext_lazy("Exclusions and appeals"), JOINS_IN | {Post.CALLER}),
    Item("figures", gettext_lazy("Figures"), READS_FIGURES),
    Item("reports", gettext_lazy("Reports"), READS_FIGURES),
    Item("logbook", gettext_lazy("Logbook"), frozenset({Post.AUDITOR})),
    Item("call_back_plan", gettext_lazy("Plan of the call-back"), frozenset({Post.ADMINISTRATOR})),
    Item("report_readers", gettext_lazy("Readers of reports"), frozenset({Post.ADMINISTRATOR})),
    Item("units", gettext_lazy("Units and officials"), frozenset({Post.ADMINISTRATOR})),
)


def at_desk(view: View[P]) -> Door:
    """Let only officials who signed in through; what they see is kept in no cache."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            # After signing in nobody wants to meet an address that only takes forms.
            back = request.get_full_path() if request.method == "GET" else reverse("desk:queue")
            return redirect_to_login(back, reverse("desk:sign_in"))
        response = view(request, *args, **kwargs)  # type: ignore[arg-type]
        if request.method == "GET" and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response = redirect(_page_with_the_form(request))
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded


def _page_with_the_form(request: HttpRequest) -> str:
    """Where somebody belongs who comes without a form to an address that only takes forms.

    A browser comes so after the language was changed on a page that a wrong form left behind.
    """
    named = request.resolver_match.kwargs if request.resolver_match else {}
    if "number" in named:
        step = f"?{urlencode({'step': named['step']})}" if "step" in named else ""
        return reverse("desk:case_detail", args=[named["number"]]) + step
    if "code" in named:
        return reverse("desk:unit_detail", args=[named["code"]])
    return reverse("desk:queue")


def for_posts(posts: frozenset[str]) -> Callable[[View[P]], Door]:
    """Let only those through who hold one of these posts anywhere."""

    def door(view: View[P]) -> Door:
        @wraps(view)
        def guarded(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not posts & posts_of(request.user):
                named = _(", ").join(str(Post(post).label) for post in sorted(posts))
                raise NotAllowed(_("This page is for the post: %(posts)s.") % {"posts": named})
            return view(request, *args, **kwargs)

        return guarded

    return door


def posts_of(by: Official) -> frozenset[str]:
    """The posts an official holds, anywhere."""
    return frozenset(post for post, _path in reach_of(by).held)


def reads_cases(by: Official) -> bool:
    """Whether any post of this official needs the text of cases."""
    return bool(READS_CASES & posts_of(by))


def tell(request: HttpRequest, sentence: object, *, tone: str = "good") -> None:
    """Show a sentence at the head of the next page."""
    messages.add_message(request, messages.INFO, str(sentence), extra_tags=tone)


def _unseen(by: Official) -> str:
    count = unseen_count(by)
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")


def page(
    request: DeskRequest, name: str, facts: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Show a page of the desk, or `part/page`, with the menu of this official's posts."""
    held, match = posts_of(request.user), request.resolver_match
    menu = [
        {
            "url": reverse(item.address),
            "label": item.label,
            "current": match is not None and match.view_name == item.address,
        }
        for item in MENU
        if not item.posts or item.posts & held
    ]
    template = f"{name}.html" if "/" in name else f"desk/{name}.html"
    frame = {"menu": menu, "unseen": _unseen(request.user)}
    return render(request, template, {**frame, **facts}, status=status)

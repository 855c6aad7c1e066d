"""The roles of chiefs and how often each must walk: the city's own data, each with its source."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.departments.access import units_within
from huiyin.departments.models import Unit
from huiyin.departments.rules import Post
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, posts_of, tell
from huiyin.desk.patrolling.forms import FrequencyForm
from huiyin.neighbourhood import beats as acts
from huiyin.neighbourhood.access import READS_BEATS, SETS_UP
from huiyin.neighbourhood.models import Role
from huiyin.office.problems import NotAllowed, Problem


@at_desk
@for_posts(READS_BEATS)
@require_GET
def plans(request: DeskRequest) -> HttpResponse:
    """Show the roles, how often each must walk, and who says so."""
    return _shown(request)


@at_desk
@for_posts(SETS_UP)
@require_POST
def set_frequency(request: DeskRequest) -> HttpResponse:
    """Say how often those in a role must walk from a day on."""
    form = FrequencyForm(request.POST)
    if not form.is_valid():
        return _shown(request, form=form, status=400)
    said = form.cleaned_data
    wanted = acts.Wanted(said["period"], said["times"], said["from_on"], said["source"])
    try:
        role = Role.objects.get(pk=int(said["role"]))
        unit = whole_city(request)
        acts.set_frequency(role, wanted, by=request.user, unit=unit, at=timezone.now())
    except Problem as problem:
        form.add_error(None, str(problem))
        return _shown(request, form=form, status=problem.status)
    tell(request, _("The frequency holds from that day on."))
    return redirect("patrols:plans")


@at_desk
@for_posts(SETS_UP)
@require_POST
def adopt_roles(request: DeskRequest) -> HttpResponse:
    """Take over a list of roles that comes with the system."""
    now = timezone.now()
    acts.adopt_roles(
        request.POST.get("list", ""),
        from_on=timezone.localdate(now).replace(day=1),
        by=request.user,
        unit=whole_city(request),
        at=now,
    )
    tell(request, _("The roles were taken over."))
    return redirect("patrols:plans")


def whole_city(request: DeskRequest) -> Unit:
    """The city, which alone sets roles and frequencies; refused to administrators below it."""
    root = units_within(request.user, SETS_UP).filter(parent=None).first()
    if root is None:
        raise NotAllowed(_("Roles and frequencies are set for the whole city, by its own post."))
    return root


def _shown(
    request: DeskRequest, *, form: FrequencyForm | None = None, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    may_set = Post.ADMINISTRATOR in posts_of(request.user)
    roles = list(Role.objects.prefetch_related("frequencies"))
    known = {role.code for role in roles}
    facts = {
        "roles": roles,
        "today": today,
        "shipped": [
            one
            for one in acts.shipped_roles().values()
            if may_set and not {role["code"] for role in one.roles} <= known
        ],
        "form": (form or FrequencyForm(initial={"from_on": today})) if may_set else None,
    }
    return page(request, "patrols/plans", facts, status=status)

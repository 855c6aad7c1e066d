"""Who looks after a place: the roles and units of its chiefs, and nobody's private data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.neighbourhood.queries import chiefs_at
from huiyin.office.problems import NotFound
from huiyin.places.models import Place
from huiyin.places.queries import ancestors, below

MOST, MOST_BELOW = 60, 300


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Find a place by its name."""
    words = request.GET.get("q", "").strip()[:60]
    rows = Place.objects.filter(valid_to=None).select_related("parent")
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(name_en__icontains=words)
    else:
        rows = rows.filter(level__in=["city", "district"])
    return render(request, "neighbourhood/find.html", {"places": rows[:MOST], "q": words})


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show who looks after the lanes, rivers, blocks and grids of a place."""
    here = Place.objects.filter(code=code).first()
    if here is None:
        raise NotFound(_("There is no such place."))
    above = list(ancestors(here))
    inside = below(here).exclude(pk=here.pk)
    chiefs = chiefs_at([*above, *below(here)[:MOST_BELOW]], on=timezone.localdate())
    facts = {
        "place": here,
        "above": above,
        "inside": inside.filter(parent=here).order_by("sort_key", "code")[:MOST],
        "chiefs": chiefs[:MOST_BELOW],
    }
    return render(request, "neighbourhood/place.html", facts)

"""Walking a beat: the page for the phone, its worker, and the same steps as plain forms."""

import uuid
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.desk.patrolling.forms import FindingForm, FinishForm
from huiyin.neighbourhood.access import beats_of, may_see_track, patrol_for
from huiyin.neighbourhood.models import Finding, Patrol
from huiyin.neighbourhood.patrols import PhotoSaid, keep_photo, receive_upload
from huiyin.neighbourhood.uploads import FindingSaid, PatrolSaid, Upload
from huiyin.office.problems import NotAllowed, Problem, WrongInput

WORKER = Path(__file__).resolve().parents[2] / "static" / "patrol" / "worker.js"


@at_desk
@require_GET
def walk(request: DeskRequest) -> HttpResponse:
    """Start a patrol and note what is found; works without a network once it was opened."""
    facts = {
        "beats": list(beats_of(request.user, on=timezone.localdate())),
        "key": uuid.uuid4(),
        "form": FindingForm(),
        "cookie": settings.CSRF_COOKIE_NAME,
    }
    return page(request, "patrols/walk", facts)


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The script that lets the page for the phone open without a network; only that page."""
    response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@at_desk
@require_POST
def start(request: DeskRequest) -> HttpResponse:
    """Begin a patrol without a script; the key of the form becomes its number."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise WrongInput(_("Open the page anew and start the patrol again.")) from None
    now = timezone.now()
    said = PatrolSaid(key, request.POST.get("beat", "")[:60], now)
    receive_upload(Upload(now, said, [], []), by=request.user, at=now)
    return redirect("patrols:patrol_detail", patrol=key)


@at_desk
@require_GET
def patrol_detail(request: DeskRequest, patrol: UUID) -> HttpResponse:
    """Show one patrol: its times, what was found, and how far it went."""
    return _shown(request, patrol_for(patrol, by=request.user))


@at_desk
@require_POST
def add_finding(request: DeskRequest, patrol: UUID) -> HttpResponse:
    """Note a finding without a script."""
    row = _own(request, patrol)
    form = FindingForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, row, finding=form, status=400)
    try:
        _keep(request, row, form)
    except Problem as problem:
        form.add_error(None, str(problem))
        return _shown(request, row, finding=form, status=problem.status)
    tell(request, _("The finding is a case now."))
    return redirect("patrols:patrol_detail", patrol=row.pk)


def _keep(request: DeskRequest, row: Patrol, form: FindingForm) -> None:
    now, by, said = timezone.now(), request.user, form.cleaned_data
    finding = FindingSaid(
        id=said["key"],
        at=now,
        text=said["text"],
        category=said["category"],
        address=said["address"],
        point=form.point(),
    )
    again = PatrolSaid(row.pk, row.beat.code, row.phone_at)
    kept = receive_upload(Upload(now, again, [], [finding]), by=by, at=now)
    if finding.id in kept.refused:
        raise WrongInput(kept.refused[finding.id])
    if said["photo"]:
        photo = PhotoSaid(uuid.uuid5(finding.id, "photo"), finding.id, now, now)
        keep_photo(photo, said["photo"], by=by, at=now)


@at_desk
@require_POST
def finish(request: DeskRequest, patrol: UUID) -> HttpResponse:
    """End a patrol without a script."""
    row, now = _own(request, patrol), timezone.now()
    form = FinishForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, finishing=form, status=400)
    said = PatrolSaid(row.pk, row.beat.code, row.phone_at, now, form.cleaned_data["words"])
    receive_upload(Upload(now, said, [], []), by=request.user, at=now)
    tell(request, _("The patrol is ended and noted."))
    return redirect("patrols:patrol_detail", patrol=row.pk)


def _own(request: DeskRequest, pk: UUID) -> Patrol:
    row = patrol_for(pk, by=request.user)
    if row.official_id != request.user.pk:
        raise NotAllowed(_("Only whoever walks this patrol writes in it."))
    return row


def _shown(
    request: DeskRequest,
    row: Patrol,
    *,
    finding: FindingForm | None = None,
    finishing: FinishForm | None = None,
    status: int = 200,
) -> HttpResponse:
    sees_track = may_see_track(row, by=request.user)
    tracks = list(row.tracks.order_by("phone_at")) if sees_track else []
    is_own = row.official_id == request.user.pk
    facts = {
        "patrol": row,
        "findings": Finding.objects.filter(patrol=row).select_related("case__unit"),
        "points": sum(len(track.points) for track in tracks),
        "sees_track": sees_track,
        "finding": (finding or FindingForm()) if is_own and row.ended_at is None else None,
        "finishing": (finishing or FinishForm()) if is_own and row.ended_at is None else None,
        "wrong": finding or finishing,
    }
    return page(request, "patrols/patrol_detail", facts, status=status)

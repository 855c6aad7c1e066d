"""Where a phone sends its patrols: JSON and photos, as often as it needs to."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.desk.doors import DeskRequest, at_desk
from huiyin.neighbourhood.patrols import PhotoSaid, keep_photo, receive_upload
from huiyin.neighbourhood.uploads import moment, read_upload
from huiyin.office.problems import Problem, WrongInput


@at_desk
@require_POST
def send(request: DeskRequest) -> HttpResponse:
    """Take in what a phone kept of a patrol; sent twice, it is there once."""
    # A form was read already where it is checked; its bytes are gone, and no phone sends one.
    body = b"" if request.content_type == "multipart/form-data" else request.body
    try:
        kept = receive_upload(read_upload(body), by=request.user, at=timezone.now())
    except Problem as problem:
        return JsonResponse({"problem": str(problem)}, status=problem.status)
    return JsonResponse(
        {
            "kept": [str(pk) for pk in kept.ids],
            "cases": {str(pk): number for pk, number in kept.cases.items()},
            "refused": {str(pk): sentence for pk, sentence in kept.refused.items()},
        }
    )


@at_desk
@require_POST
def send_photo(request: DeskRequest) -> HttpResponse:
    """Take in one photo of a finding; sent twice, it is there once."""
    try:
        file = request.FILES.get("photo")
        if file is None:
            raise WrongInput(_("Choose a file first."))
        photo = keep_photo(_photo_said(request), file, by=request.user, at=timezone.now())
    except Problem as problem:
        return JsonResponse({"problem": str(problem)}, status=problem.status)
    return JsonResponse({"kept": [str(photo.pk)]})


def _photo_said(request: DeskRequest) -> PhotoSaid:
    said = request.POST
    try:
        return PhotoSaid(
            id=UUID(said.get("id", "")),
            finding=UUID(said.get("finding", "")),
            at=moment(said.get("at", "")),
            sent_at=moment(said.get("sent_at", "")),
        )
    except ValueError:
        raise WrongInput(_("What the phone sent cannot be read; nothing was kept.")) from None

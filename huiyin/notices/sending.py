"""Sending notices outward: what waits is queued, tried, and ends as sent, unwanted or failed.

A notice waits in the transaction of its step, so a step that was rolled back sends nothing
and a crash loses nothing.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.notices.addresses import mobile_number
from huiyin.notices.messengers import Messenger, NotSent
from huiyin.notices.models import Notice, Outward, Sending
from huiyin.notices.queries import has_declined, said
from huiyin.office.problems import NotPossible

# After the last of them somebody must look: it is made about five hours after the first.
TRIES = 7
AT_ONCE = 200
# Kept instead of a gateway's answer where the number itself could not be read.
SEALED = "sealed"
# A message whose worker was killed is tried again; by its key a gateway knows it.
STRANDED = timedelta(hours=24)
# Where a message leads, by its code; the rooms above name theirs. Otherwise to the receipt's door.
ADDRESSES: dict[str, Callable[[Notice], str]] = {}


def queue_waiting(*, at: datetime, defer: Callable[[int], object]) -> int:
    """Hand the waiting notices to the worker, each once, in the transaction that marks them."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update(skip_locked=True)
        waiting = list(rows.filter(outward=Outward.WAITING).order_by("pk")[:AT_ONCE])
        keys = [notice.pk for notice in waiting]
        Notice.objects.filter(pk__in=keys).update(outward=Outward.QUEUED)
        Sending.objects.bulk_create(
            [Sending(notice=notice, last_at=at) for notice in waiting],
            update_conflicts=True,
            unique_fields=["notice"],
            update_fields=["last_at"],
        )
        for key in keys:
            defer(key)
    return len(keys)


def free_stranded(*, at: datetime) -> int:
    """Let those wait again whose worker never came back."""
    stranded = Sending.objects.filter(last_at__lt=at - STRANDED).values("notice")
    rows = Notice.objects.filter(outward=Outward.QUEUED, pk__in=stranded)
    return rows.update(outward=Outward.WAITING)


def send_outward(pk: int, *, at: datetime, through: Messenger, is_last: bool) -> str:
    """Try once to send a notice; a passing fault is raised, so that the worker tries again."""
    notice = Notice.objects.filter(pk=pk, outward=Outward.QUEUED).first()
    if notice is None:
        return Outward.NONE
    declined = has_declined(notice.about)
    try:
        phone = None if declined else mobile_number(notice.about, at=at)
    except NotPossible:
        # The key that sealed the number is missing: somebody must bring it, then send again.
        _tried(notice, at=at, answer=SEALED)
        return _ended(notice, Outward.FAILED)
    if phone is None:
        return _ended(notice, Outward.UNWANTED)
    try:
        through.send(phone, text_of(notice), key=_shown_key(notice))
    except NotSent as problem:
        _tried(notice, at=at, answer=problem.answer)
        if problem.permanent or is_last:
            return _ended(notice, Outward.FAILED)
        raise
    _tried(notice, at=at, answer="")
    return _ended(notice, Outward.SENT)


def text_of(notice: Notice) -> str:
    """A text message: the sentence of the notice, and where to read the rest with the receipt."""
    with translation.override(settings.LANGUAGE_CODE):
        [told] = said([notice], to_resident=True)
        named = ADDRESSES.get(notice.code)
        return _("[%(city)s] Request %(number)s: %(sentence)s %(address)s") % {
            "city": settings.CITY_NAME,
            "number": notice.about,
            "sentence": told.sentence,
            "address": named(notice) if named else f"{settings.SITE_URL}/follow/",
        }


def failed_notices() -> QuerySet[Notice]:
    """What could not be sent, the latest first."""
    failed = Notice.objects.filter(outward=Outward.FAILED).select_related("sending")
    return failed.order_by("-pk")


def send_again(keys: Iterable[int]) -> int:
    """Let failed notices wait once more, after the fault was mended."""
    failed = Notice.objects.filter(pk__in=list(keys), outward=Outward.FAILED)
    return failed.update(outward=Outward.WAITING)


def _tried(notice: Notice, *, at: datetime, answer: str) -> None:
    Sending.objects.filter(notice=notice).update(tries=F("tries") + 1, last_at=at, answer=answer)


def _ended(notice: Notice, end: Outward) -> str:
    Notice.objects.filter(pk=notice.pk, outward=Outward.QUEUED).update(outward=end)
    return end


def _shown_key(notice: Notice) -> str:
    # Says nothing to the gateway, and is the same at every try.
    return hashlib.sha256(f"{settings.SITE_URL}/{notice.key}".encode()).hexdigest()[:32]

"""Jobs of the neighbourhood: missed patrols are told, and where one walked is forgotten in time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django import app

from huiyin.neighbourhood.missed import tell_missed
from huiyin.neighbourhood.models import Track


def forget_tracks(*, at: datetime) -> int:
    """Erase the points of patrols that arrived too long ago; says how many batches went.

    The emptied row stays: a phone that sends it again finds its id and brings nothing back.
    """
    old = Track.objects.filter(arrived_at__lt=at - timedelta(days=settings.TRACK_DAYS)).exclude(
        points=[]
    )
    return old.update(points=[])


@app.periodic(cron="40 3 * * *")
@app.task(
    name="neighbourhood.forget_tracks",
    queueing_lock="neighbourhood.forget_tracks",
    pass_context=False,
)
def forget_tracks_every_night(timestamp: int) -> None:  # noqa: ARG001 - the night it stands for
    """Erase what is older than the city keeps."""
    forget_tracks(at=timezone.now())


@app.periodic(cron="5 0 * * *")
@app.task(
    name="neighbourhood.tell_missed", queueing_lock="neighbourhood.tell_missed", pass_context=False
)
def tell_missed_every_morning(timestamp: int) -> None:  # noqa: ARG001 - the day it stands for
    """Tell the units what was missed up to yesterday."""
    with override(settings.LANGUAGE_CODE):
        tell_missed(on=timezone.localdate(), at=timezone.now())

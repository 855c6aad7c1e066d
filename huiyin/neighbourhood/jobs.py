"""Jobs of the neighbourhood: where patrollers walked is forgotten when its time is over."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

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

"""The job of the papers on what counts: what nobody ruled on in time is written down as lapsed."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django import app

from huiyin.counting.exclusions.lapsing import lapse_overdue


@app.periodic(cron="*/5 * * * *")
@app.task(name="counting.lapse", queueing_lock="counting.lapse", pass_context=False)
def lapse_every_five_minutes(timestamp: int) -> None:  # noqa: ARG001 - the minute it stands for
    """Write down what has lapsed; it changed no figure before either."""
    with override(settings.LANGUAGE_CODE):
        lapse_overdue(at=timezone.now())

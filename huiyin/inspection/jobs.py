"""Jobs of the inspection: every five minutes what is due is told and done."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django import app

from huiyin.inspection.reminders import remind
from huiyin.inspection.walking import walk_on


@app.periodic(cron="*/5 * * * *")
@app.task(name="inspection.walk", queueing_lock="inspection.walk", pass_context=False)
def walk_every_five_minutes(timestamp: int) -> None:  # noqa: ARG001 - the minute it stands for
    """Resume, open and climb first, so that reminders speak of what stands after it."""
    now = timezone.now()
    # What the system writes down, it writes in the city's language.
    with override(settings.LANGUAGE_CODE):
        walk_on(at=now)
        remind(at=now)

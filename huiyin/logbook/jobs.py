"""Jobs of the logbook: a seal every hour."""

from django.utils import timezone
from procrastinate.contrib.django import app

from huiyin.logbook.sealing import seal


@app.periodic(cron="0 * * * *")
@app.task(name="logbook.seal", queueing_lock="logbook.seal", pass_context=False)
def seal_every_hour(timestamp: int) -> None:  # noqa: ARG001 - the hour it stands for
    """Seal every chain that grew since the last seal."""
    seal(at=timezone.now())

"""Jobs of the replies: drafts that nobody came back to are swept each night."""

from django.utils import timezone
from procrastinate.contrib.django import app

from huiyin.replies.drafts import sweep_drafts


@app.periodic(cron="20 3 * * *")
@app.task(name="replies.sweep_drafts", queueing_lock="replies.sweep_drafts", pass_context=False)
def sweep_drafts_each_night(timestamp: int) -> None:  # noqa: ARG001 - the night it stands for
    """Throw old drafts away."""
    sweep_drafts(at=timezone.now())

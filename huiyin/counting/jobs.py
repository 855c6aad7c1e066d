"""The jobs of the counting: what changed is counted in each minute; papers lapse."""

from django.utils import timezone
from procrastinate.contrib.django import app

from huiyin.counting.exclusions import jobs as exclusions
from huiyin.counting.facts.folding import fold

__all__ = ["count_in", "exclusions"]


@app.periodic(cron="* * * * *")
@app.task(name="counting.minute", queueing_lock="counting.minute", pass_context=False)
def count_in(timestamp: int) -> None:  # noqa: ARG001 - the minute it stands for
    """Count in what changed."""
    fold(at=timezone.now())

"""Jobs of the notices: each minute what waits is handed over, and each message is tried."""

from django.conf import settings
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from huiyin.notices.messengers import NotSent, messenger
from huiyin.notices.sending import TRIES, free_stranded, queue_waiting, send_outward

# Pauses of about 1, 1, 3, 11, 53 and 261 minutes. What is refused for good raises nothing.
GROWING_PAUSES = RetryStrategy(
    max_attempts=TRIES - 1, wait=60, exponential_wait=5, retry_exceptions={NotSent}
)


@app.periodic(cron="* * * * *")
@app.task(name="notices.queue", queueing_lock="notices.queue", pass_context=False)
def queue_every_minute(timestamp: int) -> None:  # noqa: ARG001 - the minute it stands for
    """Hand what waits to the worker, where a gateway is set."""
    if not settings.SMS_GATEWAY_URL:
        return
    now = timezone.now()
    free_stranded(at=now)
    queue_waiting(at=now, defer=_defer)


# Every other job goes first: a gateway that hangs must not hold up the seals.
@app.task(name="notices.send", priority=-10, retry=GROWING_PAUSES, pass_context=True)
def send_notice(context: JobContext, pk: int) -> None:
    """Try one message."""
    if not settings.SMS_GATEWAY_URL:
        return
    attempts = context.job.attempts if context.job else 0
    last = attempts + 1 >= TRIES
    send_outward(pk, at=timezone.now(), through=messenger(), is_last=last)


def _defer(pk: int) -> None:
    send_notice.defer(pk=pk)

"""Jobs of the reports: what is due is issued or released, each mail is tried until it is taken."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from huiyin.departments.queries import cities
from huiyin.reports.assessing.releasing import release_figures
from huiyin.reports.issued.mailing import (
    DjangoCarrier,
    NotTaken,
    look_after_lost,
    queue_mails,
    send_mail,
)
from huiyin.reports.issued.rules import TRIES
from huiyin.reports.issued.scheduling import issue_what_is_due
from huiyin.reports.shown.letters import letter

# Pauses of about 1, 1, 3, 11 and 53 minutes. What is refused for good raises nothing.
GROWING_PAUSES = RetryStrategy(
    max_attempts=TRIES - 1, wait=60, exponential_wait=5, retry_exceptions={NotTaken}
)


@app.periodic(cron="*/5 * * * *")
@app.task(name="reports.issue", queueing_lock="reports.issue", pass_context=False)
def issue_every_five_minutes(timestamp: int) -> None:  # noqa: ARG001 - the minute it stands for
    """Issue by the plan, then hand the mails to the worker."""
    now = timezone.now()
    with override(settings.LANGUAGE_CODE):
        issue_what_is_due(at=now)
    if settings.MAIL_SERVER:
        look_after_lost(at=now)
        queue_mails(at=now, defer=_defer)


@app.periodic(cron="10 4 * * *")
@app.task(name="reports.assess", queueing_lock="reports.assess", pass_context=False)
def release_every_day(timestamp: int) -> None:  # noqa: ARG001 - the day it stands for
    """Release the figures of the two-way assessment that are due, of every city."""
    now = timezone.now()
    for city in cities():
        release_figures(city, at=now)


@app.task(name="reports.mail", priority=-5, retry=GROWING_PAUSES, pass_context=True)
def send_report(context: JobContext, pk: int) -> None:
    """Try one mail."""
    if not settings.MAIL_SERVER:
        return
    attempts = context.job.attempts if context.job else 0
    is_last = attempts + 1 >= TRIES
    send_mail(pk, letter, at=timezone.now(), through=DjangoCarrier(), is_last=is_last)


def _defer(pk: int) -> None:
    send_report.defer(pk=pk)

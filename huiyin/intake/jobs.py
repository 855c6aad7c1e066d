"""Jobs of the intake: the mark on a number is forgotten once it has long expired."""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from huiyin.intake.models import CallerMark

NOBODY = b""


def forget_marks(*, on: date) -> int:
    """Cut expired marks off from the number and from what was said of the caller; says how many.

    They are kept as long again as a mark may last, for whoever objects late. The row stays, and
    so it can still be counted how often the city marks.
    """
    last = on - timedelta(days=settings.MARK_DAYS)
    old = CallerMark.objects.filter(until__lt=last).exclude(phone_index=NOBODY)
    return old.update(phone_index=NOBODY, words="", ruling_words="", objection="")


@app.periodic(cron="50 3 * * *")
@app.task(name="intake.forget_marks", queueing_lock="intake.forget_marks", pass_context=False)
def forget_marks_every_night(timestamp: int) -> None:  # noqa: ARG001 - the night it stands for
    """Forget what is older than the city keeps."""
    forget_marks(on=timezone.localdate())

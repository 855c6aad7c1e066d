"""Jobs of the call-back: each hour rounds are drawn, links sent, and what nobody asks is closed."""

import logging

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from huiyin.followup.actions import close_unasked
from huiyin.followup.asking import AT_ONCE, draw_missing, over_limit
from huiyin.followup.links import SENDER, send_link, wants_link_first, without_link
from huiyin.followup.plans import plan_on
from huiyin.followup.rules import Linking
from huiyin.office.problems import Problem

# So many portions in an hour; the rest follows in the next.
PORTIONS = 100
log = logging.getLogger(__name__)


@app.periodic(cron="7 * * * *")
@app.task(name="followup.hourly", queueing_lock="followup.hourly", pass_context=False)
def look_after_call_backs(timestamp: int) -> None:  # noqa: ARG001 - the hour it stands for
    """Draw what was not drawn, send links where the plan wants them, close what is over."""
    draw_all()
    send_links()
    close_over_limit()


def draw_all() -> int:
    """Draw for all answered rounds that have no turn in the queue yet."""
    drawn = 0
    for _portion in range(PORTIONS):
        made = draw_missing()
        drawn += made
        if made < AT_ONCE:
            break
    return drawn


def send_links() -> int:
    """Send the link to those who are asked by it first."""
    now = timezone.now()
    plan = plan_on(timezone.localdate(now))[1]
    if plan.link != Linking.FIRST or not settings.SMS_GATEWAY_URL:
        return 0
    sent = 0
    for case in without_link(at=now).order_by("wait_until", "pk")[:AT_ONCE]:
        if wants_link_first(case) and _tried(case.number):
            sent += 1
    return sent


def _tried(number: str) -> bool:
    try:
        send_link(number, by=SENDER, at=timezone.now())
    except Problem as problem:
        log.info("No link for %s: %s", number, problem)
        return False
    return True


def close_over_limit() -> int:
    """Close the cases outside the sample whose time for a word of their resident is over."""
    now = timezone.now()
    numbers = list(over_limit(at=now).values_list("number", flat=True)[: AT_ONCE * 4])
    return sum(close_unasked(number, at=now) for number in numbers)

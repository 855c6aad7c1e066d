"""The ladder in force: what comes with huiyin, and in its place what the city has set."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.deadlines.queries import work_calendar
from huiyin.deadlines.rules import Rule, TimeUnit, deadline
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.departments.queries import calendar_code_of, cities
from huiyin.inspection.models import RungRule, TriggerRule
from huiyin.inspection.preset_files import Ladder, RungTimes, TriggerLine, shipped_ladder
from huiyin.inspection.rules import Rung, Trigger
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, WrongInput

MOST_DAYS, MOST_TIMES = 90, 1000


def ladder_in_force() -> Ladder:
    """The ladder as it stands now: two small queries."""
    shipped = shipped_ladder()
    rungs, triggers = dict(shipped.rungs), dict(shipped.triggers)
    for rung in RungRule.objects.all():
        rungs[rung.rung] = RungTimes(Rung(rung.rung), rung.answer_days, rung.climb_days)
    for row in TriggerRule.objects.all():
        trigger = Trigger(row.trigger)
        triggers[trigger] = TriggerLine(
            trigger, Rung(row.opens), row.times, row.source, is_on=row.is_on
        )
    return replace(shipped, rungs=rungs, triggers=triggers)


def times_for(rung: str, unit: Unit, *, at: datetime) -> tuple[datetime, datetime]:
    """Until when a unit has to answer on a rung, and when the next one opens by itself."""
    times = ladder_in_force().rungs[rung]
    answer_due = days_later(at, times.answer_days, unit)
    return answer_due, days_later(answer_due, times.climb_days, unit)


def days_later(at: datetime, days: int, unit: Unit) -> datetime:
    """So many working days later, by the calendar of a unit."""
    rule = Rule(days, TimeUnit.WORKING_DAYS)
    return deadline(at, rule, work_calendar(calendar_code_of(unit))).due_at


@transaction.atomic
def set_rung(times: RungTimes, *, unit: Unit, by: Official, at: datetime) -> RungRule:
    """Set the days of a rung for the city."""
    _check_may_set(unit, by)
    if not (1 <= times.answer_days <= MOST_DAYS and 1 <= times.climb_days <= MOST_DAYS):
        raise WrongInput(
            _("Give days from 1 to %(most)d for the answer and for the next rung.")
            % {"most": MOST_DAYS}
        )
    days: dict[str, Any] = {"answer_days": times.answer_days, "climb_days": times.climb_days}
    row, _new = RungRule.objects.update_or_create(rung=times.rung, defaults=days)
    about, seat = f"ladder:{times.rung}", seat_of(by, unit)
    record("ladder.changed", about=about, by=by, at=at, unit=seat, **days)
    return row


@transaction.atomic
def set_trigger(line: TriggerLine, *, unit: Unit, by: Official, at: datetime) -> TriggerRule:
    """Set for the city which rung a trigger opens, and after how many times."""
    _check_may_set(unit, by)
    if line.trigger == Trigger.BY_HAND:
        raise WrongInput(_("What a supervisor opens by hand follows no rule."))
    if not 1 <= line.times <= MOST_TIMES:
        raise WrongInput(_("Say after how many times this trigger opens its rung."))
    if not line.source.strip():
        raise WrongInput(_("Name the source: the regulation, or your own city's decision."))
    facts: dict[str, Any] = {"opens": str(line.opens), "times": line.times, "is_on": line.is_on}
    source = line.source.strip()[:200]
    row, _new = TriggerRule.objects.update_or_create(
        trigger=line.trigger, defaults={**facts, "source": source}
    )
    record(
        "ladder.changed",
        about=f"ladder:{line.trigger}",
        by=by,
        at=at,
        unit=seat_of(by, unit),
        words={"source": source},
        **facts,
    )
    return row


def city_whose_ladder(by: Official) -> Unit | None:
    """The city for which an official may set the ladder; None where there is none."""
    return next((city for city in cities() if holds(by, Post.SUPERVISOR, city)), None)


def _check_may_set(unit: Unit, by: Official) -> None:
    if not holds(by, Post.SUPERVISOR, unit):
        raise NotAllowed(_("Only a supervisor of the city sets the ladder."))

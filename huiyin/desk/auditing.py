"""The auditor's page: the latest seals, and who looked at the data of the person behind a case."""

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.cases.models import Case
from huiyin.cases.numbers import tidy_number
from huiyin.departments.access import units_within
from huiyin.departments.models import Official, Post
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page
from huiyin.logbook.queries import accesses_about, accesses_by, last_seal, published_seals
from huiyin.office.problems import WrongInput

AUDITORS = frozenset({Post.AUDITOR})
SEALS, LOOKS = 12, 200


@at_desk
@for_posts(AUDITORS)
@require_GET
def logbook(request: DeskRequest) -> HttpResponse:
    """Show seals and, for a number or a sign-in name, every look that was written down."""
    asked = request.GET.get("q", "").strip()[:60]
    last, status = last_seal(), 200
    facts: dict[str, Any] = {"q": asked}
    if last is not None:
        latest = published_seals(max(1, last.number - SEALS + 1), last.number)[::-1]
        facts["seals"] = [{**asdict(seal), "here": _here(seal.at)} for seal in latest]
    if asked:
        try:
            facts["looks"] = _looks(asked, by=request.user)
        except WrongInput as problem:
            facts["problem"], status = str(problem), problem.status
    return page(request, "logbook", facts, status=status)


def _here(moment: str) -> str:
    """A published moment in the city's time; as it is written, where no clock can hold it."""
    try:
        read = parse_datetime(moment)
        return localtime(read).strftime("%Y-%m-%d %H:%M:%S") if read else moment
    except (ValueError, OverflowError):
        return moment


def _looks(asked: str, *, by: Official) -> list[dict[str, Any]]:
    cases = Case.objects.filter(intake_unit__in=units_within(by, AUDITORS))
    found = _of_case(asked, cases) if tidy_number(asked) else _of_official(asked, cases)
    people = Official.objects.in_bulk({row.official_id for row in found if row.official_id})
    return [{"row": row, "who": people.get(row.official_id, row.by_label)} for row in found]


def _of_case(asked: str, cases: QuerySet[Case]) -> list[Any]:
    number = tidy_number(asked)
    if number is None or not cases.filter(number=number).exists():
        raise WrongInput(_("There is no case %(number)s for you.") % {"number": asked})
    return list(accesses_about(number)[:LOOKS])


def _of_official(asked: str, cases: QuerySet[Case]) -> list[Any]:
    official = Official.objects.filter(sign_in_name=asked).first()
    if official is None:
        raise WrongInput(
            _("“%(asked)s” is neither the number of a case nor a sign-in name.") % {"asked": asked}
        )
    looks = list(accesses_by(official.pk)[:LOOKS])
    numbers = cases.filter(number__in=[look.about for look in looks])
    known = set(numbers.values_list("number", flat=True))
    return [look for look in looks if look.about in known]

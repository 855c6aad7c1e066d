"""Watching a case (关注): an official who may see it is told of each of its steps, once."""

from datetime import datetime

from django.db import transaction

from huiyin.cases.access import case_for, visible_cases
from huiyin.cases.happenings import Happening
from huiyin.cases.models import Case
from huiyin.departments.models import Official
from huiyin.notices.actions import for_official, tell_many
from huiyin.replies.models import Watch


@transaction.atomic
def watch_case(number: str, *, by: Official, at: datetime) -> Watch:
    """Begin to watch a case that one may see; watching is private and no step of the case."""
    case = case_for(number, by=by)
    watch, _new = Watch.objects.get_or_create(case=case, official=by, defaults={"since": at})
    return watch


def stop_watching(case: Case, *, by: Official) -> None:
    """Watch a case no longer."""
    Watch.objects.filter(case=case, official=by).delete()


def tell_watchers(happening: Happening) -> None:
    """Tell those who watch of a step, but not who took it; who sees it no more stops watching."""
    case, told = happening.case, []
    for watch in Watch.objects.filter(case=case).select_related("official").order_by("pk"):
        if not visible_cases(watch.official).filter(pk=case.pk).exists():
            watch.delete()
        elif watch.official != happening.by:
            told.append(
                for_official(
                    "watch.moved",
                    watch.official,
                    about=case.number,
                    at=happening.at,
                    key=f"watch.moved:{case.number}:{happening.position}",
                    facts={"status": case.status},
                )
            )
    tell_many(told)

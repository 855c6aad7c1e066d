"""Drafts: what an official typed into the form of a step and has not sent yet.

A draft is its writer's alone and no step of the case, so nothing of it is in the logbook.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.departments.models import Official
from huiyin.office.problems import WrongInput
from huiyin.replies.models import Draft
from huiyin.replies.rules import LONGEST_DRAFT


def keep_draft(
    case: Case, step: str, words: Mapping[str, str], *, by: Official, at: datetime, is_open: bool
) -> Draft | None:
    """Keep what is typed so far, in the place of what was kept before; nothing typed drops it.

    Words for a step that is open no more are kept too: they are shown, so that none is lost.
    """
    typed = {name: text for name, text in words.items() if text.strip()}
    if not typed:
        drop_draft(case, step, by=by)
        return None
    if sum(map(len, typed.values())) > LONGEST_DRAFT:
        raise WrongInput(
            _("A draft has room for %(most)d characters; shorten it.") % {"most": LONGEST_DRAFT}
        )
    moved_at = case.moved_at if is_open else None
    draft = Draft(
        official=by, case=case, step=step, words=typed, kept_at=at, case_moved_at=moved_at
    )
    # Two windows of one official may keep at the same moment: the later one stays.
    Draft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["official", "case", "step"],
        update_fields=["words", "kept_at", "case_moved_at"],
    )
    return draft


def drop_draft(case: Case, step: str, *, by: Official) -> None:
    """Throw a draft of this official away."""
    Draft.objects.filter(official=by, case=case, step=step).delete()


def drafts_of(case: Case, *, by: Official) -> list[Draft]:
    """What this official has typed for a case; nobody else's drafts can be read."""
    return list(Draft.objects.filter(official=by, case=case).order_by("-kept_at"))


def drafts_by(by: Official) -> QuerySet[Draft]:
    """All drafts of an official, the latest first; the words are theirs, whatever came since."""
    return Draft.objects.filter(official=by).select_related("case").order_by("-kept_at", "-pk")


def is_outdated(draft: Draft, case: Case) -> bool:
    """Whether the case has moved on since the draft was kept."""
    return draft.case_moved_at != case.moved_at


def sweep_drafts(*, at: datetime) -> int:
    """Throw away what nobody came back to within the city's time; say how many."""
    old = at - timedelta(days=settings.DRAFT_DAYS)
    count, _by_table = Draft.objects.filter(kept_at__lt=old).delete()
    return count

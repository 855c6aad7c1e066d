"""Internal notes (内部备注): what officials write to each other about a case.

The hotline and the units in the case read them; the resident never does, nor does anybody
who sees the case for another reason. A note cannot be changed: a further note corrects it.
"""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.cases.access import case_for
from huiyin.cases.models import Assignment, AssignmentState, Case
from huiyin.cases.moves import locked_case
from huiyin.departments.access import seat_of, units_within
from huiyin.departments.models import Official, PostHeld, Unit
from huiyin.departments.rules import READS_CASES
from huiyin.logbook.actions import record
from huiyin.notices.actions import for_official, tell_many
from huiyin.office.problems import NotAllowed, NotFound, WrongInput
from huiyin.replies.models import Note
from huiyin.replies.rules import LONGEST_NOTE, mentioned


@transaction.atomic
def write_note(
    number: str, words: str, *, by: Official, at: datetime, corrects: int | None = None
) -> Note:
    """Write a note on a case one sees; colleagues named with @ are told, if they see it too."""
    case, words = case_for(number, by=by), words.strip()
    locked_case(case.number)
    if not may_read_notes(case, by=by):
        raise NotAllowed(_("Notes are for the hotline and the units in this case."))
    if not words:
        raise WrongInput(_("Write the note first."))
    if len(words) > LONGEST_NOTE:
        raise WrongInput(
            _("A note has room for %(most)d characters; shorten it.") % {"most": LONGEST_NOTE}
        )
    last = Note.objects.filter(case=case).order_by("-pk").first()
    if last is not None and (last.by_id, last.words) == (by.pk, words):
        # A second press on the same button: the note is there already.
        return last
    wrong = _corrected(case, corrects)
    colleagues = _named_in(words, case)
    seat = seat_of(by, case.unit) or seat_of(by, case.intake_unit)
    note = Note.objects.create(
        case=case,
        by=by,
        unit_id=seat,
        at=at,
        words=words,
        corrects=wrong,
        mentions=[colleague.pk for colleague in colleagues],
    )
    record(
        "note.written",
        about=case.number,
        by=by,
        at=at,
        unit=seat,
        words={"note": words},
        note=note.pk,
        corrects=wrong.pk if wrong else None,
    )
    key, facts = f"mention:{note.pk}", {"by": by}
    others = [colleague for colleague in colleagues if colleague.pk != by.pk]
    tell_many(
        [
            for_official("mention", one, about=case.number, at=at, key=key, facts=facts)
            for one in others
        ]
    )
    return note


def worked_by(by: Official) -> Q:
    """Of cases: those of this official's hotline, or with a part of their units."""
    units = units_within(by, READS_CASES).values("pk")
    part = Assignment.objects.filter(case=OuterRef("pk"), unit__in=units)
    part = part.exclude(state=AssignmentState.RETURNED)
    return Q(intake_unit__in=units) | Q(Exists(part))


def may_read_notes(case: Case, *, by: Official) -> bool:
    """Whether an official works at the hotline of a case or at a unit with a part in it."""
    return Case.objects.filter(worked_by(by), pk=case.pk).exists()


def notes_on(case: Case, *, by: Official) -> list[Note]:
    """The notes on a case that an official may read, the oldest first."""
    mine = Case.objects.filter(worked_by(by), pk=case.pk)
    rows = Note.objects.filter(case__in=mine).select_related("by", "unit", "corrects")
    return list(rows.order_by("at", "pk"))


def colleagues_on(case: Case) -> list[Official]:
    """Who can be mentioned: officials of the units in the case and of those above, who see it."""
    parts = Assignment.objects.filter(case=case).exclude(state=AssignmentState.RETURNED)
    ids = {case.intake_unit_id, *parts.values_list("unit_id", flat=True)}
    paths = Unit.objects.filter(pk__in=ids).values_list("path", flat=True)
    units = {int(part) for path in paths for part in path.split("/") if part}
    day = timezone.localdate()
    held = PostHeld.objects.filter(
        Q(held_from=None) | Q(held_from__lte=day), Q(held_until=None) | Q(held_until__gte=day)
    )
    held = held.filter(official=OuterRef("pk"), unit__in=units, post__in=READS_CASES)
    return list(Official.objects.filter(Exists(held), is_active=True).order_by("name", "pk"))


def _corrected(case: Case, pk: int | None) -> Note | None:
    if pk is None:
        return None
    note = Note.objects.filter(case=case, pk=pk).first()
    if note is None:
        raise NotFound(_("There is no such note on this case."))
    return note


def _named_in(words: str, case: Case) -> list[Official]:
    if "@" not in words and "＠" not in words:
        return []
    known = {one.pk: one for one in colleagues_on(case)}
    same = {name for name, count in Counter(o.name for o in known.values()).items() if count > 1}
    names = {one.sign_in_name: one.pk for one in known.values()}
    names |= {one.name: one.pk for one in known.values() if one.name not in same}
    found, lost = mentioned(words, names)
    if lost:
        raise WrongInput(_not_found(lost[0], same))
    return [known[pk] for pk in found]


def _not_found(said: str, same: set[str]) -> str:
    name = next((one for one in same if said.startswith(one)), None)
    if name is not None:
        return _(
            "Several colleagues are called %(name)s; write @ and the sign-in name instead."
        ) % {"name": name}
    return _(
        "Nobody who sees this case is called “%(name)s”; mention a colleague of the hotline "
        "or of a unit in the case."
    ) % {"name": said[:20]}

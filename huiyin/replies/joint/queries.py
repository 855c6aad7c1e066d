"""How the parts of a case stand, what an official may do with each, and what a unit owes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.models import (
    Application,
    ApplicationState,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Case,
)
from huiyin.cases.papers.applications import may_rule
from huiyin.cases.parts import SHARED, UNDER_WAY, WORKING, handing_units
from huiyin.departments.access import holds, units_within
from huiyin.departments.models import Official, Post, UnitLevel
from huiyin.office.problems import NotFound
from huiyin.replies.joint.assessing import ENDED, are_kin, assessments_of, may_mark
from huiyin.replies.joint.models import Assessment, CalledUnit, Whistle

OFFICER = frozenset({Post.OFFICER})
OVERSEERS = frozenset({Post.SUPERVISOR, Post.LEADER})
# Units that never have others below them.
WITHOUT_UNITS_BELOW = frozenset({UnitLevel.UTILITY})


@dataclass
class Standing:
    """One part with everything that is known of it."""

    part: Assignment
    called: CalledUnit | None = None
    refusal: Application | None = None
    is_confirmed: bool = False
    views: list[Assessment] = field(default_factory=list)
    marked_by: set[int] = field(default_factory=set)
    has_handed_on: bool = False
    acts: list[str] = field(default_factory=list)


def standings(case: Case, parts: Iterable[Assignment], *, by: Official) -> list[Standing]:
    """How these parts of a case stand for an official, the latest round first."""
    rows = [part for part in parts if part.role in WORKING]
    if not rows:
        return []
    found = {part.pk: Standing(part) for part in rows}
    called = CalledUnit.objects.filter(part__in=found).select_related("whistle")
    for one in called:
        found[one.part_id].called = one
        one.part = found[one.part_id].part
    for paper in Application.objects.filter(part__in=found).select_related("case", "asked_by"):
        paper.part = found[paper.part_id or 0].part
        if paper.state == ApplicationState.OPEN:
            found[paper.part.pk].refusal = paper
        found[paper.part.pk].is_confirmed |= paper.state == ApplicationState.REFUSED
    _mark(found, case, by=by)
    handed = {(p.round_number, p.asked_by_id) for p in rows if p.state in UNDER_WAY}
    for standing in found.values():
        below = (standing.part.round_number, standing.part.unit_id)
        standing.has_handed_on = below in handed and standing.part.unit_id != case.unit_id
        standing.acts = acts_with(standing, case, by=by)
    return sorted(found.values(), key=lambda one: (-one.part.round_number, one.part.pk))


def standing_of(case: Case, part_id: int, *, by: Official) -> Standing:
    """How one part of a case stands; a part of another case is as absent as none."""
    rows = Assignment.objects.filter(case=case).select_related("unit", "asked_by")
    found = [one for one in standings(case, rows, by=by) if one.part.pk == part_id]
    if not found:
        raise NotFound(_("There is no such part in this case."))
    return found[0]


def acts_with(one: Standing, case: Case, *, by: Official) -> list[str]:
    """What an official may do with a part now; the acts themselves decide again."""
    part, asked_by = one.part, one.part.asked_by
    mine = holds(by, Post.OFFICER, part.unit)
    theirs = asked_by is not None and holds(by, Post.OFFICER, asked_by)
    lead = case.unit is not None and holds(by, Post.OFFICER, case.unit)
    is_open = part.state in UNDER_WAY and part.round_number == case.round_number
    if not is_open or case.status not in SHARED:
        return _marking(one, by=by)
    comes = one.called is not None and one.called.arrived_at is None
    offered = {
        "accept": mine and part.state == AssignmentState.SENT,
        "arrive": (mine or theirs) and comes,
        "report": mine and not one.has_handed_on,
        "refuse": mine and one.refusal is None and not one.is_confirmed,
        "rule": one.refusal is not None and may_rule(one.refusal, by=by),
        "release": theirs or lead,
    }
    return [act for act, is_offered in offered.items() if is_offered]


def may_whistle(case: Case, *, by: Official) -> bool:
    """Whether an official may call others to this case now."""
    lead = case.unit
    return lead is not None and case.status in SHARED and holds(by, Post.OFFICER, lead)


def may_hand_down(case: Case, parts: list[Assignment], *, by: Official) -> bool:
    """Whether an official may give part of this case to a unit below now."""
    if case.status not in SHARED:
        return False
    now = [part for part in parts if part.round_number == case.round_number]
    own = handing_units(case, now, by=by)
    return any(unit.level not in WITHOUT_UNITS_BELOW for unit in own)


def parts_owed(by: Official) -> QuerySet[Assignment]:
    """The open parts that an official's units owe, the next due first."""
    return _listed(_open().filter(unit__in=units_within(by, OFFICER)))


def parts_asked(by: Official) -> QuerySet[Assignment]:
    """The open parts that an official's units wait for, the next due first."""
    return _listed(_open().filter(asked_by__in=units_within(by, OFFICER)))


def parts_overseen(by: Official) -> QuerySet[Assignment]:
    """The open parts of the units that an official supervises, the next due first."""
    units = units_within(by, OVERSEERS)
    return _listed(_open().filter(Q(unit__in=units) | Q(asked_by__in=units)))


def parts_to_mark(by: Official) -> QuerySet[Assignment]:
    """The ended parts for which an official's side has not marked the other, the latest first."""
    units = units_within(by, OFFICER)
    given = Assessment.objects.filter(called__part=OuterRef("pk"))
    own = Q(unit__in=units) & ~Exists(given.filter(from_unit=OuterRef("unit")))
    asked = Q(asked_by__in=units) & ~Exists(given.filter(from_unit=OuterRef("asked_by")))
    rows = Assignment.objects.filter(role=AssignmentRole.ASSIST, state__in=ENDED)
    rows = rows.filter(own | asked, called__isnull=False)
    kin = Q(unit__path__startswith=F("asked_by__path")) | Q(
        asked_by__path__startswith=F("unit__path")
    )
    rows = rows.exclude(kin)
    return rows.select_related("case", "unit", "asked_by", "called__whistle").order_by("-done_at")


def whistle_of(case: Case, key: int) -> Whistle:
    """One whistle of a case."""
    row = Whistle.objects.filter(case=case, pk=key).select_related("unit", "by").first()
    if row is None:
        raise NotFound(_("There is no such whistle in this case."))
    return row


def attendance(whistle: Whistle) -> list[CalledUnit]:
    """Who was called and how each came, in the order of the call."""
    rows = CalledUnit.objects.filter(whistle=whistle)
    return list(
        rows.select_related("whistle", "part__unit", "part__asked_by", "noted_by").order_by("pk")
    )


def _mark(found: dict[int, Standing], case: Case, *, by: Official) -> None:
    by_called = {
        one.called.pk: one for one in found.values() if one.called and one.part.state in ENDED
    }
    called = [one.called for one in by_called.values() if one.called]
    for row, is_seen in assessments_of(case, called, by=by):
        standing = by_called[row.called_id]
        standing.marked_by.add(row.from_unit_id)
        if is_seen:
            standing.views.append(row)


def _marking(one: Standing, *, by: Official) -> list[str]:
    part, asked_by = one.part, one.part.asked_by
    if one.called is None or part.state not in ENDED or asked_by is None:
        return []
    if are_kin(part.unit, asked_by):
        return []
    acts = []
    if may_mark(asked_by, part.unit, by=by) and asked_by.pk not in one.marked_by:
        acts.append("mark_called")
    if may_mark(part.unit, asked_by, by=by) and part.unit_id not in one.marked_by:
        acts.append("mark_caller")
    return acts


def _open() -> QuerySet[Assignment]:
    return Assignment.objects.filter(role__in=WORKING, state__in=UNDER_WAY, case__status__in=SHARED)


def _listed(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    rows = rows.select_related("case", "unit", "asked_by", "called__whistle")
    return rows.order_by("due_at", "pk")

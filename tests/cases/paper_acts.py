"""What people do with papers in a random life: each act done for real, and as the past tells it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from huiyin.cases.effects import Outcome
from huiyin.cases.models import Application, Assignment, Case
from huiyin.cases.moves import move
from huiyin.cases.papers.applications import Verdict
from huiyin.cases.parts import (
    Task,
    accept_part,
    ask_for_part,
    finish_part,
    open_parts,
    release_part,
)
from huiyin.cases.past.history import (
    Past,
    PastMove,
    PastPart,
    PastPartStep,
    PastPlea,
    PastVerdict,
)
from huiyin.cases.rules import ARROWS, RESIDENT, AssignmentRole, Paper
from huiyin.departments.models import Official, Post
from huiyin.dispatch.objections import Objection, object_to_dispatch, rule_on_objection
from huiyin.intake.actions import receive_case
from huiyin.office.problems import Problem
from huiyin.replies.joint.refusals import refuse_part, rule_on_refusal
from huiyin.replies.times import (
    LedgerEntry,
    MoreTime,
    ask_for_time,
    ask_to_park,
    rule_on_parking,
    rule_on_time,
)
from tests.cases.test_history import entries_of, papers_for
from tests.makers import (
    NOON,
    fresh,
    hotline,
    hotline_staff,
    lighting,
    make_unit,
    make_wish,
    minutes,
    officer_of,
    official_once,
    parks,
)

WHY = "现场查看后认为如此。"
GRANTS = ("grant", "refuse")
SOLVED = Outcome(asked=True, solved=True, satisfied="satisfied")


@dataclass
class Lived:
    """A case that is lived step by step, and what was done, as history tells it."""

    number: str
    at: datetime
    done: list[tuple[Past, int]] = field(default_factory=list)
    lamps: Any = field(default_factory=lighting)
    others: tuple[Any, ...] = ()

    def case(self) -> Case:
        return fresh(self.number)

    def tell(self, past: Past, written: int) -> None:
        self.done.append((past, written))

    def open_kind(self, kind: str) -> Application | None:
        return Application.objects.filter(case__number=self.number, kind=kind, state="open").first()

    def a_part(self, pick: int) -> Assignment | None:
        found = open_parts(self.case())
        return found[pick % len(found)] if found else None

    def other(self, pick: int) -> Any:
        return self.others[pick % len(self.others)]


Act = Callable[[Lived, int], Past | None]


def objects(of: Lived, pick: int) -> Past | None:
    case = of.case()
    if case.unit is None:
        return None
    by, proposed = officer_of(case.unit), of.other(pick)
    asked = {"proposed": proposed.code} if proposed.pk != case.unit_id else {}
    said = Objection("not_our_duty", WHY, proposed if asked else None)
    object_to_dispatch(of.number, said, by=by, at=of.at)
    return PastPlea("objection", of.at, "", by, "not_our_duty", WHY, asked)


def is_ruled(of: Lived, pick: int) -> Past | None:
    filed, by = of.open_kind("objection"), hotline_staff()
    if filed is None:
        return None
    ruling = ("uphold", "redispatch", "designate", "return")[pick % 4]
    unit = of.other(pick) if ruling in {"redispatch", "designate"} else None
    rule_on_objection(filed.pk, Verdict(ruling, WHY), by=by, at=of.at, unit=unit)
    return PastVerdict("objection", of.at, "", by, ruling, WHY, unit)


def wants_time(of: Lived, pick: int) -> Past | None:
    return _asks(of, "extension", timedelta(days=9 + pick))


def wants_the_ledger(of: Lived, pick: int) -> Past | None:
    return _asks(of, "parking", timedelta(days=60 + pick))


def _asks(of: Lived, kind: str, more: timedelta) -> Past | None:
    case = of.case()
    if case.unit is None or case.due_at is None:
        return None
    by, until = officer_of(case.unit), max(case.due_at, of.at) + more
    asked: dict[str, Any] = {"until": until.isoformat()}
    if kind == "extension":
        ask_for_time(of.number, MoreTime("law", WHY, until), by=by, at=of.at)
        return PastPlea(kind, of.at, "", by, "law", WHY, asked)
    steps = (("招标", "2026-05-01"),)
    ask_to_park(of.number, LedgerEntry("money", WHY, until, steps), by=by, at=of.at)
    asked["milestones"] = [{"what": what, "on": on} for what, on in steps]
    return PastPlea(kind, of.at, "", by, "money", WHY, asked)


def gets_time(of: Lived, pick: int) -> Past | None:
    filed, by = of.open_kind("extension"), hotline_staff()
    if filed is None:
        return None
    rule_on_time(filed.pk, Verdict(GRANTS[pick % 2], WHY), by=by, at=of.at)
    return PastVerdict("extension", of.at, "", by, GRANTS[pick % 2], WHY)


def gets_the_ledger(of: Lived, pick: int) -> Past | None:
    filed, by = of.open_kind("parking"), hotline_staff()
    if filed is None:
        return None
    rule_on_parking(filed.pk, Verdict(GRANTS[pick % 2], WHY), by=by, at=of.at)
    return PastVerdict("parking", of.at, "", by, GRANTS[pick % 2], WHY)


def asks_another(of: Lived, pick: int) -> Past | None:
    case = of.case()
    if case.unit is None:
        return None
    unit, by = of.other(pick), officer_of(case.unit)
    due = of.at + timedelta(days=2)
    role = AssignmentRole.ASSIST
    ask_for_part(of.number, unit, Task("清理周边。", due), role=role, by=by, at=of.at)
    return PastPart(unit, of.at, "", role, "清理周边。", due)


def hands_down(of: Lived, pick: int) -> Past | None:
    part = of.a_part(pick)
    below = part.unit.__class__.objects.filter(parent=part.unit).first() if part else None
    if part is None or below is None:
        return None
    by, role = officer_of(part.unit), AssignmentRole.BELOW
    ask_for_part(of.number, below, Task("到场查看。"), role=role, by=by, at=of.at)
    return PastPart(below, of.at, "", role, "到场查看。", asked_by=part.unit)


def signs(of: Lived, pick: int) -> Past | None:
    part = of.a_part(pick)
    if part is None:
        return None
    by = officer_of(part.unit)
    accept_part(of.number, part.pk, by=by, at=of.at)
    return PastPartStep("accepted", part.unit, of.at, "", by=by)


def reports_back(of: Lived, pick: int) -> Past | None:
    part = of.a_part(pick)
    if part is None:
        return None
    by = officer_of(part.unit)
    finish_part(of.number, part.pk, "已清理。", by=by, at=of.at)
    return PastPartStep("done", part.unit, of.at, "", "已清理。", by)


def lets_go(of: Lived, pick: int) -> Past | None:
    part, lead = of.a_part(pick), of.case().unit
    if part is None or lead is None:
        return None
    by = officer_of(lead)
    release_part(of.number, part.pk, "不再需要。", by=by, at=of.at)
    return PastPartStep("released", part.unit, of.at, "", "不再需要。", by)


def refuses_a_part(of: Lived, pick: int) -> Past | None:
    part = of.a_part(pick)
    if part is None:
        return None
    by = officer_of(part.unit)
    refuse_part(of.number, part.pk, "no_power", WHY, by=by, at=of.at)
    return PastPlea("part_refusal", of.at, "", by, "no_power", WHY, part=part.unit)


def judges_a_refusal(of: Lived, pick: int) -> Past | None:
    filed, by = of.open_kind("part_refusal"), city_supervisor()
    if filed is None:
        return None
    rule_on_refusal(filed.pk, Verdict(GRANTS[pick % 2], WHY), by=by, at=of.at)
    unit = filed.part.unit
    return PastVerdict("part_refusal", of.at, "", by, GRANTS[pick % 2], WHY, part=unit)


def city_supervisor() -> Official:
    """Who sits above all units."""
    return official_once("above-all", "市督查", Post.SUPERVISOR, unit=lighting().parent)


def takes_a_step(of: Lived, pick: int) -> Past | None:
    case = of.case()
    ways = [
        arrow
        for arrow in ARROWS
        if arrow.start == case.status and not arrow.owes & {Paper.RULING, Paper.PARENT}
    ]
    arrow = ways[pick % len(ways)]
    papers = papers_for(arrow, pick, of.at)
    from_unit = arrow.who <= {Post.OFFICER, RESIDENT}
    by = officer_of(case.unit) if from_unit and case.unit else hotline_staff()
    if arrow.step == "ask_again":
        by = RESIDENT
    move(of.number, arrow.end, by=by, at=of.at, papers=papers)
    return PastMove(arrow.end, of.at, "", papers, by=None if by == RESIDENT else by)


ACTS: tuple[Act, ...] = (
    takes_a_step,
    objects,
    is_ruled,
    wants_time,
    gets_time,
    wants_the_ledger,
    gets_the_ledger,
    asks_another,
    hands_down,
    signs,
    reports_back,
    lets_go,
    refuses_a_part,
    judges_a_refusal,
    is_ruled,
    takes_a_step,
)
walks = st.lists(
    st.tuples(st.integers(0, len(ACTS) - 1), st.integers(0, 4_000), st.integers(0, 7)),
    max_size=22,
)


def lived(walk: list[tuple[int, int, int]]) -> Lived:
    """Live a case through a walk; what an action refuses is not done."""
    case = receive_case(make_wish(), by=hotline_staff(), at=NOON, intake_unit=hotline())
    lamps = lighting()
    below = [make_unit(parent=unit) for unit in (lamps, parks())]
    others = (parks(), lamps, make_unit(), parks(), below[0])
    of = Lived(case.number, NOON, others=others)
    for which, gap, pick in walk:
        of.at += minutes(gap)
        written = len(entries_of(of.number))
        try:
            past = ACTS[which](of, pick)
        except Problem:
            continue
        if past is not None:
            of.tell(past, written)
    return of

"""What anybody may try on a case in the random city: every act of the rooms, lawful or not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from huiyin.cases.merging import merge_case, split_case
from huiyin.cases.models import Application, Assignment, AssignmentRole, Case
from huiyin.cases.papers.applications import Verdict, take_application_back
from huiyin.cases.parts import Task, accept_part, ask_for_part, finish_part, release_part
from huiyin.cases.rules import PROCEDURES, RESIDENT
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.objections import (
    Objection,
    object_to_dispatch,
    recall_dispatch,
    rule_on_objection,
)
from huiyin.dispatch.routes import (
    Explanation,
    Handover,
    ask_later,
    redirect_case,
    report_outcome,
    take_back,
    transfer_case,
)
from huiyin.followup.actions import (
    Said,
    ask_again,
    close_case,
    note_call_back,
    rate_case,
    reopen_case,
)
from huiyin.followup.links import answer_by_link, send_link
from huiyin.followup.models import AnswerLink
from huiyin.inspection.ledger import finish_milestone, review_row
from huiyin.inspection.measures import answer_measure, judge_answer, open_by_hand
from huiyin.inspection.models import LedgerRow, Measure, Milestone, Recheck
from huiyin.inspection.rechecks import Look, note_recheck
from huiyin.inspection.stage_reports import Stage, file_stage_report
from huiyin.intake.actions import (
    Addition,
    add_to_case,
    answer_at_once,
    take_up_again,
    withdraw_case,
)
from huiyin.replies.actions import accept_case, answer_case, tell_resident
from huiyin.replies.joint.arrivals import Arrival, report_arrival
from huiyin.replies.joint.refusals import refuse_part, rule_on_refusal
from huiyin.replies.joint.whistles import Call, Spot, blow_whistle
from huiyin.replies.times import (
    LedgerEntry,
    MoreTime,
    ask_for_time,
    ask_to_park,
    resume_case,
    rule_on_parking,
    rule_on_time,
)
from tests.makers import (
    hotline_staff,
)

SOLVED = Said(reached=True, contacted=True, solved=True, satisfied="satisfied")
UNSOLVED = Said(
    reached=True, contacted=True, solved=False, satisfied="dissatisfied", remark="Still dark."
)
NOBODY = Said(reached=False)
RUNGS = ("remind", "supervise", "interview", "listed", "meeting")
RULINGS = ("uphold", "redispatch", "designate", "return", "grant", "refuse")
ROUTES = ("emergency", "same_matter", "outside_duty", "nonsense")
FINAL_ALLOWED = {"closed", "withdrawn", "redirected"}


class Scene:
    """What one attempt is made with: who, on which case, with which other things at hand."""

    def __init__(self, machine: Any, who, case: Case, pick: int) -> None:
        self.by, self.case, self.number, self.pick = who, case, case.number, pick
        self.at = machine.at
        self.units = machine.units
        self.unit = machine.units[pick % len(machine.units)]
        self.other = machine.numbers[(pick * 7) % len(machine.numbers)]
        self.soon = machine.at + timedelta(hours=(pick % 5) - 1)
        self.later = machine.at + timedelta(hours=(pick % 9) * 40 - 20)

    def application(self, kind: str = "") -> int:
        """Mostly one that waits for this very ruling, now and then another one."""
        rows = Application.objects.filter(case=self.case).order_by("-pk")
        waiting = rows.filter(state="open", kind=kind) if self.pick % 5 else rows.none()
        found = list((waiting or rows).values_list("pk", flat=True)[:2])
        return found[self.pick % len(found)] if found else skip()

    def part(self) -> int:
        """Mostly a part of one's own unit, now and then another one."""
        rows = Assignment.objects.filter(case=self.case).exclude(role="lead").order_by("-pk")
        own = rows.filter(unit__posts__official=self.official(), state__in=["sent", "accepted"])
        found = list((own if self.pick % 5 and own else rows).values_list("pk", flat=True)[:3])
        return found[self.pick % len(found)] if found else skip()

    def day_before_later(self) -> str:
        return (self.later - timedelta(days=1)).date().isoformat()

    def official(self):
        return None if self.by == RESIDENT else self.by

    def measure(self) -> int:
        found = Measure.objects.filter(case=self.case).order_by("-pk").first()
        return found.pk if found else skip()

    def ledger_row(self) -> int:
        found = LedgerRow.objects.filter(case=self.case).order_by("-pk").first()
        return found.pk if found else skip()

    def milestone(self) -> int:
        found = Milestone.objects.filter(row__case=self.case).order_by("-pk").first()
        return found.pk if found else skip()

    def recheck(self) -> int:
        found = Recheck.objects.filter(case=self.case).order_by("-pk").first()
        return found.pk if found else skip()

    def link(self) -> AnswerLink:
        found = AnswerLink.objects.filter(case=self.case).order_by("-pk").first()
        return found or skip()


class Nothing(Exception):  # noqa: N818 - not a mistake: there is nothing to try here
    """There is nothing yet on which this could be tried."""


def skip():
    raise Nothing


def told(scene: Scene) -> str:
    return ("By phone.", "", "On site.")[scene.pick % 3]


def verdict(scene: Scene, kind: str) -> Verdict:
    """Mostly a ruling of the kind that was asked for, now and then another."""
    rulings = PROCEDURES[kind].rulings if scene.pick % 7 else RULINGS
    # The first, which grants, somewhat more often than the others.
    return Verdict(rulings[scene.pick % (len(rulings) + 1) % len(rulings)], "So it is ruled.")


ACTS: dict[str, Callable[[Scene], object]] = {
    "dispatch": lambda s: dispatch_case(s.number, s.unit, by=s.by, at=s.at),
    "accept": lambda s: accept_case(s.number, by=s.by, at=s.at),
    "tell": lambda s: tell_resident(s.number, "Tonight.", by=s.by, at=s.at),
    "answer": lambda s: answer_case(
        s.number,
        "Mended.",
        by=s.by,
        at=s.at,
        resident_told=told(s),
        without_parts="Not needed." if s.pick % 2 else "",
    ),
    "answer_at_once": lambda s: answer_at_once(s.number, "In June.", by=s.by, at=s.at),
    "object": lambda s: object_to_dispatch(
        s.number, Objection("not_our_duty", "Not ours.", s.unit), by=s.by, at=s.at
    ),
    "rule_on_objection": lambda s: rule_on_objection(
        s.application("objection"), verdict(s, "objection"), by=s.by, at=s.at, unit=s.unit
    ),
    "recall": lambda s: recall_dispatch(s.number, "Wrong button.", by=s.by, at=s.at, unit=s.unit),
    "take_back_paper": lambda s: take_application_back(s.application(), by=s.by, at=s.at),
    "extend": lambda s: ask_for_time(
        s.number, MoreTime("law", "Article 9.", s.later), by=s.by, at=s.at
    ),
    "rule_on_time": lambda s: rule_on_time(
        s.application("extension"), verdict(s, "extension"), by=s.by, at=s.at
    ),
    "park": lambda s: ask_to_park(
        s.number,
        LedgerEntry("money", "Next year.", s.later, (("Plan", s.day_before_later()),)),
        by=s.by,
        at=s.at,
    ),
    "rule_on_parking": lambda s: rule_on_parking(
        s.application("parking"), verdict(s, "parking"), by=s.by, at=s.at
    ),
    "resume": lambda s: resume_case(
        s.number, "The day has come.", by=None if s.pick % 2 else official(s), at=s.at
    ),
    "redirect": lambda s: redirect_case(
        s.number, Explanation(ROUTES[s.pick % 4], "Told.", s.other), by=s.by, at=s.at
    ),
    "transfer": lambda s: transfer_case(
        s.number, Handover("police", "Handed over.", s.later), by=s.by, at=s.at
    ),
    "ask_later": lambda s: ask_later(s.number, "They work on it.", s.later, by=s.by, at=s.at),
    "report_outcome": lambda s: report_outcome(s.number, "A fine.", by=s.by, at=s.at),
    "take_back": lambda s: take_back(s.number, "Not theirs.", by=s.by, at=s.at),
    "merge": lambda s: merge_case(s.number, s.other, by=s.by, at=s.at),
    "split": lambda s: split_case(s.number, "Another house.", by=s.by, at=s.at),
    "withdraw": lambda s: withdraw_case(s.number, "No longer wanted.", by=s.by, at=s.at),
    "take_up_again": lambda s: take_up_again(s.number, "New facts.", by=s.by, at=s.at),
    "note_call_back": lambda s: note_call_back(s.number, NOBODY, by=s.by, at=s.at),
    "close": lambda s: close_case(
        s.number, (SOLVED, UNSOLVED, NOBODY)[s.pick % 3], by=s.by, at=s.at
    ),
    "reopen": lambda s: reopen_case(
        s.number, UNSOLVED, by=s.by, at=s.at, unit=None if s.case.unit_id else s.unit
    ),
    "reopen_closed": lambda s: reopen_case(
        s.number, Said(reached=False, remark="Dark again."), by=s.by, at=s.at, unit=s.unit
    ),
    "rate": lambda s: rate_case(s.number, (SOLVED, UNSOLVED)[s.pick % 2], at=s.at),
    "ask_again": lambda s: ask_again(s.number, "Dark again.", by=s.by, at=s.at),
    "add": lambda s: add_to_case(s.number, Addition("More words."), by=s.by, at=s.at),
    "call_for_a_part": lambda s: ask_for_part(
        s.number,
        s.unit,
        Task("Bring a ladder."),
        role=(AssignmentRole.ASSIST, AssignmentRole.BELOW)[s.pick % 2],
        by=s.by,
        at=s.at,
    ),
    "whistle": lambda s: blow_whistle(
        s.number,
        Call((s.unit,), "Prune it.", Spot("By the pond"), s.soon, s.later),
        by=s.by,
        at=s.at,
    ),
    "arrive": lambda s: report_arrival(
        s.number, s.part(), Arrival("Two of us.", 2), by=s.by, at=s.at
    ),
    "refuse_part": lambda s: refuse_part(
        s.number, s.part(), "not_our_duty", "Not ours.", by=s.by, at=s.at
    ),
    "rule_on_refusal": lambda s: rule_on_refusal(
        s.application("part_refusal"), verdict(s, "part_refusal"), by=s.by, at=s.at
    ),
    "release_part": lambda s: release_part(s.number, s.part(), "Enough.", by=s.by, at=s.at),
    "send_link": lambda s: send_link(s.number, by=s.by, at=s.at),
    "answer_by_link": lambda s: answer_by_link(s.link(), (SOLVED, UNSOLVED)[s.pick % 2], at=s.at),
    "supervise": lambda s: open_by_hand(
        s.number, RUNGS[s.pick % len(RUNGS)], "Five calls.", by=s.by, at=s.at
    ),
    "answer_measure": lambda s: answer_measure(s.measure(), "On Monday.", [], by=s.by, at=s.at),
    "judge": lambda s: judge_answer(
        s.measure(), ("accepted", "insufficient")[s.pick % 2], "So.", by=s.by, at=s.at
    ),
    "report_stage": lambda s: file_stage_report(
        s.number, Stage("Half done.", "Half done."), by=s.by, at=s.at
    ),
    "review": lambda s: review_row(s.ledger_row(), "It goes on.", by=s.by, at=s.at),
    "finish_milestone": lambda s: finish_milestone(s.milestone(), "Planned.", [], by=s.by, at=s.at),
    "recheck": lambda s: note_recheck(
        s.recheck(), Look(s.pick % 2 == 0, "Looked."), by=s.by, at=s.at
    ),
    "accept_part": lambda s: accept_part(s.number, s.part(), by=s.by, at=s.at),
    "finish_part": lambda s: finish_part(s.number, s.part(), "Brought.", by=s.by, at=s.at),
}


def official(scene: Scene):
    return scene.by if scene.by != RESIDENT else hotline_staff()

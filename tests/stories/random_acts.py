"""What anybody may try on a case in the random city: every act of the rooms, lawful or not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from huiyin.cases.merging import merge_case, split_case
from huiyin.cases.models import Application, Assignment, AssignmentRole, Case
from huiyin.cases.papers.applications import Verdict, take_application_back
from huiyin.cases.parts import Task, accept_part, ask_for_part, finish_part
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
from huiyin.intake.actions import (
    Addition,
    add_to_case,
    answer_at_once,
    take_up_again,
    withdraw_case,
)
from huiyin.replies.actions import accept_case, answer_case, tell_resident
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
        self.later = machine.at + timedelta(hours=(pick % 9) * 40 - 20)

    def application(self) -> int:
        rows = Application.objects.filter(case=self.case).order_by("-pk")
        found = list(rows.values_list("pk", flat=True)[:2])
        return found[self.pick % len(found)] if found else skip()

    def part(self) -> int:
        rows = Assignment.objects.filter(case=self.case).order_by("-pk")
        found = list(rows.values_list("pk", flat=True)[:3])
        return found[self.pick % len(found)] if found else skip()


class Nothing(Exception):  # noqa: N818 - not a mistake: there is nothing to try here
    """There is nothing yet on which this could be tried."""


def skip():
    raise Nothing


def told(scene: Scene) -> str:
    return ("By phone.", "", "On site.")[scene.pick % 3]


def verdict(scene: Scene) -> Verdict:
    """Mostly a ruling of the kind that was asked for, now and then another."""
    latest = Application.objects.filter(case=scene.case).order_by("-pk").first()
    rulings = PROCEDURES[latest.kind].rulings if latest and scene.pick % 5 else RULINGS
    return Verdict(rulings[scene.pick % len(rulings)], "So it is ruled.")


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
        s.application(), verdict(s), by=s.by, at=s.at, unit=s.unit
    ),
    "recall": lambda s: recall_dispatch(s.number, "Wrong button.", by=s.by, at=s.at, unit=s.unit),
    "take_back_paper": lambda s: take_application_back(s.application(), by=s.by, at=s.at),
    "extend": lambda s: ask_for_time(
        s.number, MoreTime("law", "Article 9.", s.later), by=s.by, at=s.at
    ),
    "rule_on_time": lambda s: rule_on_time(s.application(), verdict(s), by=s.by, at=s.at),
    "park": lambda s: ask_to_park(
        s.number, LedgerEntry("money", "Next year.", s.later), by=s.by, at=s.at
    ),
    "rule_on_parking": lambda s: rule_on_parking(s.application(), verdict(s), by=s.by, at=s.at),
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
    "reopen": lambda s: reopen_case(s.number, UNSOLVED, by=s.by, at=s.at),
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
    "accept_part": lambda s: accept_part(s.number, s.part(), by=s.by, at=s.at),
    "finish_part": lambda s: finish_part(s.number, s.part(), "Brought.", by=s.by, at=s.at),
}


def official(scene: Scene):
    return scene.by if scene.by != RESIDENT else hotline_staff()

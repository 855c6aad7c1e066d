"""Bulk history with papers: objections, rulings, more time, the ledger, parts, merged cases.

A walk is lived through the real actions and told again in bulk; nobody can tell them apart.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from huiyin.cases.effects import Papers
from huiyin.cases.merging import merge_case, split_case
from huiyin.cases.models import Application, Link
from huiyin.cases.moves import move
from huiyin.cases.numbers import next_numbers
from huiyin.cases.opening import new_case
from huiyin.cases.past.history import (
    Life,
    Past,
    PastMove,
    PastPartStep,
    PastPlea,
    PastVerdict,
    replay,
    replay_together,
    write_lives,
)
from huiyin.cases.rules import BY_ENDS, Status
from huiyin.departments.models import Post
from huiyin.intake.actions import receive_case
from huiyin.logbook.verifying import verify
from huiyin.office.problems import WrongInput
from tests.cases.paper_acts import (
    ACTS,
    SOLVED,
    WHY,
    Act,
    Lived,
    asks_another,
    gets_the_ledger,
    gets_time,
    hands_down,
    is_ruled,
    judges_a_refusal,
    lets_go,
    lived,
    objects,
    refuses_a_part,
    reports_back,
    signs,
    takes_a_step,
    walks,
    wants_the_ledger,
    wants_time,
)
from tests.cases.test_history import entries_of, rows_of
from tests.makers import (
    NOON,
    fresh,
    hotline,
    hotline_staff,
    lighting,
    make_wish,
    minutes,
    officer_of,
    parks,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def told_again(of: Lived) -> str:
    """The same life, written in bulk, each thing by whom it was done."""
    number = next_numbers([NOON])[0]
    case = new_case(make_wish(), number=number, at=NOON, intake_unit=hotline())
    labels = [said[2] for said in entries_of(of.number)]
    for past, written in of.done:
        past.by_label = labels[written]
    write_lives([replay(Life(case, labels[0], [past for past, _ in of.done]))])
    return number


def papers_of(number: str) -> dict[str, Any]:
    """The rows of a case, its applications too."""
    rows = Application.objects.filter(case__number=number).order_by("pk")
    said = [
        {
            name: getattr(row, name)
            for name in (field.attname for field in Application._meta.concrete_fields)
            if name not in {"id", "case_id", "part_id"}
        }
        | {"part": row.part.unit_id if row.part else None}
        for row in rows
    ]
    return rows_of(number) | {"applications": said}


def none_can_tell(of: Lived) -> str:
    again = told_again(of)
    assert entries_of(again) == entries_of(of.number)
    assert papers_of(again) == papers_of(of.number)
    return again


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(walks)
def test_a_life_with_papers_cannot_be_told_from_a_lived_one(walk):
    none_can_tell(lived([(0, 5, 0), *walk]))


def walk_of(*steps: tuple[Act, int]) -> list[tuple[int, int, int]]:
    return [(ACTS.index(act), 10, pick) for act, pick in steps]


SENT = (takes_a_step, 0)
TAKEN = (takes_a_step, 0)


@pytest.mark.parametrize(
    "steps",
    [
        [SENT, (objects, 0), (is_ruled, 0)],
        [SENT, (objects, 0), (is_ruled, 5)],
        [SENT, (objects, 0), (is_ruled, 2)],
        [SENT, (objects, 0), (is_ruled, 3), SENT],
        [SENT, (wants_time, 1), (gets_time, 0)],
        [SENT, TAKEN, (wants_time, 1), (gets_time, 1)],
        [SENT, TAKEN, (wants_the_ledger, 1), (gets_the_ledger, 0), (takes_a_step, 0)],
        [SENT, TAKEN, (wants_the_ledger, 1), (objects, 0), (takes_a_step, 2)],
        [SENT, TAKEN, (asks_another, 2), (signs, 0), (reports_back, 0), (takes_a_step, 0)],
        [SENT, TAKEN, (asks_another, 2), (refuses_a_part, 0), (judges_a_refusal, 0)],
        [SENT, TAKEN, (asks_another, 0), (hands_down, 0), (objects, 2), (is_ruled, 5)],
        [SENT, TAKEN, (asks_another, 0), (hands_down, 0), (lets_go, 0)],
    ],
)
def test_each_paper_leaves_the_same_in_bulk(steps):
    of = lived(walk_of(*steps))
    assert len(of.done) == len(steps)
    none_can_tell(of)


@dataclass
class Family:
    """Cases that are lived side by side, and what was done with each."""

    numbers: list[str]
    done: dict[str, list[tuple[Past, int]]] = field(default_factory=dict)

    def step(self, which: int, past: PastMove, act: Callable[[], object]) -> None:
        number = self.numbers[which]
        written = len(entries_of(number))
        act()
        self.done.setdefault(number, []).append((past, written))


def a_family() -> Family:
    staff, unit = hotline_staff(), hotline()
    received = [
        receive_case(make_wish(), by=staff, at=NOON + minutes(at), intake_unit=unit)
        for at in range(3)
    ]
    return Family([case.number for case in received])


def merged(family: Family, which: int, into: int, at: datetime) -> None:
    staff, (number, other) = hotline_staff(), (family.numbers[which], family.numbers[into])
    past = PastMove(Status.MERGED, at, "", Papers(parent=fresh(other)), by=staff)
    family.step(which, past, lambda: merge_case(number, other, by=staff, at=at))


def stepped(family: Family, which: int, end: Status, at: datetime, **papers: Any) -> None:
    case, given = fresh(family.numbers[which]), Papers(**papers)
    arrow = BY_ENDS[case.status, end]
    by = officer_of(lighting()) if Post.OFFICER in arrow.who else hotline_staff()
    past = PastMove(end, at, "", given, by=by)
    if case.status == Status.MERGED:
        family.step(which, past, lambda: split_case(case.number, given.reason, by=by, at=at))
    else:
        family.step(which, past, lambda: move(case.number, end, by=by, at=at, papers=given))


def nobody_can_tell(family: Family) -> None:
    again = next_numbers([NOON] * len(family.numbers))
    whose = dict(zip(family.numbers, again, strict=True))
    cases = {
        number: new_case(
            make_wish(), number=whose[number], at=fresh(number).received_at, intake_unit=hotline()
        )
        for number in family.numbers
    }
    lives = []
    for number, case in cases.items():
        labels = [said[2] for said in entries_of(number)]
        past = [one for one, _ in family.done.get(number, [])]
        for one, written in family.done.get(number, []):
            one.by_label = labels[written]
            parent = one.papers.parent
            if parent is not None:
                one.papers = replace(one.papers, parent=cases[parent.number])
        lives.append(Life(case, labels[0], past))
    write_lives(replay_together(lives))
    for number in family.numbers:
        assert without_names(entries_of(whose[number])) == without_names(entries_of(number))
        assert without_names(following(whose[number], whose)) == without_names(
            following(number, {})
        )
        assert links_of(whose[number]) == links_of(number)
    assert verify().problems == []


def without_names(entries: object) -> str:
    return re.sub(r"HY\d{6}-\d+", "HY", repr(entries))


def following(number: str, whose: dict[str, str]) -> dict[str, Any]:
    """The rows of a case; the one it follows by its place in the family."""
    rows: dict[str, Any] = papers_of(number)
    back = {again: lived for lived, again in whose.items()}
    parent = fresh(number).parent
    rows["case"][0]["parent_id"] = parent and int(back.get(parent.number, parent.number)[-6:])
    return rows


def links_of(number: str) -> list[Any]:
    return list(Link.objects.filter(case__number=number).values_list("kind", "at"))


def test_merged_cases_are_told_together_as_they_were_lived():
    family = a_family()
    stepped(family, 0, Status.DISPATCHED, NOON + minutes(5), unit=lighting())
    merged(family, 1, 0, NOON + minutes(10))
    merged(family, 2, 0, NOON + minutes(12))
    stepped(
        family,
        2,
        Status.RECEIVED,
        NOON + minutes(20),
        reason="两处不同。",
        parent=fresh(family.numbers[0]),
    )
    stepped(family, 0, Status.IN_HAND, NOON + minutes(30))
    both = {"reply": "已更换灯泡。", "resident_told": "已电话告知。"}
    stepped(family, 0, Status.ANSWERED, NOON + minutes(90), **both)
    stepped(family, 1, Status.CLOSED, NOON + minutes(200), outcome=SOLVED)
    stepped(family, 2, Status.WITHDRAWN, NOON + minutes(210), reason="不再反映。")
    nobody_can_tell(family)


def test_a_case_that_is_merged_brings_those_that_follow_it():
    family = a_family()
    merged(family, 1, 0, NOON + minutes(10))
    stepped(family, 2, Status.DISPATCHED, NOON + minutes(11), unit=lighting())
    merged(family, 0, 2, NOON + minutes(12))
    stepped(family, 2, Status.IN_HAND, NOON + minutes(30))
    nobody_can_tell(family)


def test_when_the_one_they_follow_ends_the_eldest_goes_on():
    family = a_family()
    merged(family, 1, 0, NOON + minutes(10))
    merged(family, 2, 0, NOON + minutes(12))
    stepped(family, 0, Status.WITHDRAWN, NOON + minutes(20), reason="不再反映。")
    nobody_can_tell(family)


def a_life(*past: Past) -> Life:
    case = new_case(make_wish(), number=next_numbers([NOON])[0], at=NOON, intake_unit=hotline())
    return Life(case, "import:test", list(past))


def sent(at: int = 5) -> PastMove:
    return PastMove(Status.DISPATCHED, NOON + minutes(at), "import:test", Papers(unit=lighting()))


@pytest.mark.parametrize(
    ("kind", "ground", "why"),
    [
        ("parking", "money", "No parking is filed while"),
        ("objection", "money", "no ground for objection"),
    ],
)
def test_a_paper_that_no_living_unit_could_file_is_refused(kind, ground, why):
    by = officer_of(lighting())
    plea = PastPlea(kind, NOON + minutes(6), "import:test", by, ground, WHY)
    with pytest.raises(WrongInput, match=why):
        replay(a_life(sent(), plea))


def test_a_ruling_on_nothing_is_refused():
    by = hotline_staff()
    ruling = PastVerdict("objection", NOON + minutes(6), "import:test", by, "uphold", WHY)
    with pytest.raises(WrongInput, match="waits for a ruling"):
        replay(a_life(sent(), ruling))


def test_a_part_that_nobody_was_asked_for_cannot_be_reported():
    step = PastPartStep("done", parks(), NOON + minutes(6), "import:test", "已清理。")
    with pytest.raises(WrongInput, match="no part that is under way"):
        replay(a_life(sent(), step))


def test_a_case_is_not_merged_with_one_that_is_over():
    over = a_life(PastMove(Status.WITHDRAWN, NOON + minutes(5), "import:test"))
    late = PastMove(Status.MERGED, NOON + minutes(6), "import:test", Papers(parent=over.case))
    with pytest.raises(WrongInput, match="still being worked"):
        replay_together([over, a_life(late)])

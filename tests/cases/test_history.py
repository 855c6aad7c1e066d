"""What bulk history promises: a replayed life leaves what the same life leaves that was lived."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases.effects import Clock, Outcome, Papers
from huiyin.cases.models import Assignment, Case, Resident, Round
from huiyin.cases.moves import move
from huiyin.cases.numbers import next_numbers
from huiyin.cases.opening import new_case
from huiyin.cases.past.history import Life, PastMove, PastNote, replay, write_lives
from huiyin.cases.rules import (
    ARROWS,
    RESIDENT,
    Arrow,
    OutsideBody,
    Paper,
    SpecialRoute,
    Status,
)
from huiyin.departments.models import Post
from huiyin.intake.actions import receive_case
from huiyin.logbook.models import Entry, Words
from huiyin.logbook.verifying import verify
from huiyin.office.problems import WrongInput
from huiyin.replies.actions import tell_resident
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
OUTCOMES = (
    Outcome(asked=True, solved=True, satisfied="satisfied"),
    Outcome(asked=True, solved=False, satisfied="dissatisfied"),
    Outcome(asked=False),
)
TELL = "tell"
OWN = (
    *("case.received", "case.moved", "resident.told", "due.moved"),
    *("application.filed", "application.ruled", "part.asked", "part.accepted", "part.arrived"),
    *("part.done", "part.released", "part.excused", "part.copied"),
)
# Of each step: which of the ways on, how many minutes later, which papers.
steps = st.tuples(st.integers(0, 9), st.integers(0, 4_000), st.integers(0, 5))
walks = st.lists(steps, max_size=14)


# Steps that need no paper of somebody else: no ruling, no other case.
PLAIN = [arrow for arrow in ARROWS if not arrow.owes & {Paper.RULING, Paper.PARENT}]
PLAIN = [arrow for arrow in PLAIN if arrow.start not in {Status.PARKED, Status.MERGED}]


def ways_on(status: str) -> list[Arrow | str]:
    """Every step that a case of this status may take, and the first feedback."""
    leaving: list[Arrow | str] = [arrow for arrow in PLAIN if arrow.start == status]
    return [*leaving, TELL] if status in {Status.DISPATCHED, Status.IN_HAND} else leaving


def papers_for(arrow: Arrow, pick: int, at) -> Papers:
    """Papers that any step accepts, not the same each time."""
    return Papers(
        reason=f" Written down for the {pick}. time. ",
        unit=(lighting(), parks())[pick % 2] if arrow.end == Status.DISPATCHED else None,
        resident_told="已电话告知。",
        reply=f"已处理,第 {pick} 次。",
        outcome=OUTCOMES[pick % 3] if arrow.end in {Status.CLOSED, Status.DISPATCHED} else None,
        route=SpecialRoute.SECRET if arrow.step == "redirect" else "",
        body=OutsideBody.COURT if arrow.step == "transfer" else "",
        until=at + timedelta(days=3) if arrow.step == "transfer" else None,
    )


def actor_for(arrow: Arrow, case: Case, pick: int):
    """Somebody who may take this step."""
    if RESIDENT in arrow.who and (pick == 0 or arrow.step == "ask_again"):
        return RESIDENT
    return officer_of(case.unit) if arrow.who == {Post.OFFICER} else hotline_staff()


def lived(walk: list[tuple[int, int, int]]) -> tuple[str, list[PastMove | PastNote]]:
    """Live a case through a walk, one real step after the other; gives what was done."""
    wish, at = make_wish(), NOON
    case = receive_case(wish, by=hotline_staff(), at=at, intake_unit=hotline())
    done: list[PastMove | PastNote] = []
    for way, gap, pick in walk:
        case, at = fresh(case), at + minutes(gap)
        ways = ways_on(case.status)
        step = ways[way % len(ways)]
        if step == TELL:
            officer = officer_of(case.unit)
            tell_resident(case.number, f"告知 {pick}。", by=officer, at=at)
            told, facts = {"resident_told": f"告知 {pick}。"}, {"round": case.round_number}
            facts["lead"] = case.unit.code
            done.append(PastNote("resident.told", at, "", facts, told, tells=True))
        else:
            papers, by = papers_for(step, pick, at), actor_for(step, case, pick)
            move(case.number, step.end, by=by, at=at, papers=papers)
            done.append(PastMove(step.end, at, "", papers, by=None if by == RESIDENT else by))
    return case.number, done


def replayed(done: list[PastMove | PastNote], labels: list[str]) -> str:
    """Write the same life in bulk, each step by whom it was done."""
    number = next_numbers([NOON])[0]
    case = new_case(make_wish(), number=number, at=NOON, intake_unit=hotline())
    for past, label in zip(done, labels[1:], strict=True):
        past.by_label = label
    write_lives([replay(Life(case, labels[0], done))])
    return number


def rows_of(number: str) -> dict[str, object]:
    """Everything the tables keep of a case, but for keys, secrets and the number itself."""
    case = Case.objects.get(number=number)
    kept = {"case": [_columns(case)]}
    kept["rounds"] = [_columns(row) for row in Round.objects.filter(case=case).order_by("number")]
    kept["parts"] = [_columns(row) for row in Assignment.objects.filter(case=case).order_by("pk")]
    kept["residents"] = list(Resident.objects.filter(case=case).values_list("phone_index"))
    return kept


def _columns(row) -> dict[str, object]:
    # The number of a round stays; that of a case is its own.
    own = {"id", "case_id", "resident_id"} | ({"number"} if isinstance(row, Case) else set())
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in own}


def entries_of(number: str) -> list[tuple[object, ...]]:
    """What the logbook says of a case, without salts and commitments.

    What rooms above wrote because they follow steps is left out: history is replayed
    without them.
    """
    words = dict(Words.objects.filter(about=number).values_list("position", "text"))
    said = []
    entries = Entry.objects.filter(about=number).filter(code__in=OWN)
    for entry in entries.order_by("position"):
        body = json.loads(entry.body)
        assert body["about"] == number
        body = {name: body[name] for name in ("at", "by", "code", "details")}
        said.append((entry.code, entry.at, entry.by_label, body, words.get(entry.position)))
    return said


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(walks)
def test_a_replayed_life_cannot_be_told_from_a_lived_one(walk):
    number, done = lived(walk)
    again = replayed(done, [said[2] for said in entries_of(number)])
    assert rows_of(again) == rows_of(number)
    assert entries_of(again) == entries_of(number)


def walk_to(arrow: Arrow) -> list[tuple[int, int, int]]:
    """The shortest walk whose last step is this arrow."""
    paths: dict[str, list[tuple[int, int, int]]] = {Status.RECEIVED: []}
    while arrow.start not in paths:
        for status, path in list(paths.items()):
            for way, step in enumerate(ways_on(status)):
                if isinstance(step, Arrow):
                    paths.setdefault(step.end, [*path, (way, 30, 1)])
    return [*paths[arrow.start], (ways_on(arrow.start).index(arrow), 45, 1)]


@pytest.mark.parametrize("arrow", PLAIN, ids=lambda arrow: f"{arrow.start}-{arrow.end}")
def test_each_arrow_leaves_the_same_in_bulk_as_one_by_one(arrow):
    number, done = lived(walk_to(arrow))
    again = replayed(done, [said[2] for said in entries_of(number)])
    assert fresh(again).status == arrow.end
    assert rows_of(again) == rows_of(number)
    assert entries_of(again) == entries_of(number)


def a_life(*past: PastMove | PastNote) -> Life:
    case = new_case(make_wish(), number=next_numbers([NOON])[0], at=NOON, intake_unit=hotline())
    return Life(case, "import:test", list(past))


def test_a_step_that_no_arrow_allows_is_refused():
    with pytest.raises(WrongInput, match="received cannot become closed"):
        replay(a_life(PastMove(Status.CLOSED, NOON, "import:test")))


def test_a_step_before_the_one_it_follows_is_refused():
    sent = PastMove(Status.DISPATCHED, NOON + minutes(5), "import:test", Papers(unit=lighting()))
    early = PastMove(Status.IN_HAND, NOON + minutes(4), "import:test")
    with pytest.raises(WrongInput, match="comes before"):
        replay(a_life(sent, early))


def test_a_deadline_that_the_source_gives_is_kept_as_given():
    due = NOON + timedelta(days=40)
    sent = PastMove(
        Status.DISPATCHED,
        NOON + minutes(5),
        "import:test",
        Papers(unit=lighting()),
        Clock(due, {"given_by": "test"}),
    )
    life = replay(a_life(sent))
    write_lives([life])
    case = fresh(life.case)
    assert (case.due_at, case.wait_until) == (due, due)
    assert Round.objects.get(case=case).basis == {"given_by": "test"}


def test_a_life_without_a_person_is_written_without_one():
    case = new_case(
        make_wish(resident=type(make_wish().resident)()),
        number=next_numbers([NOON])[0],
        at=NOON,
        intake_unit=hotline(),
    )
    write_lives([replay(Life(case, "import:test", []))])
    assert fresh(case).resident is None


def test_what_was_written_in_bulk_verifies():
    sent = PastMove(Status.DISPATCHED, NOON + minutes(5), "import:test", Papers(unit=lighting()))
    write_lives([replay(a_life(sent)), replay(a_life())])
    assert verify().problems == []


def test_all_lives_are_written_or_none(monkeypatch):
    monkeypatch.setattr("huiyin.cases.past.history.record_many", lambda _chains: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_lives([replay(a_life())])
    assert (Case.objects.count(), Resident.objects.count()) == (0, 0)

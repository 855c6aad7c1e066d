"""The page of the ladder: everybody it concerns reads it, a supervisor of the city sets it."""

import pytest

from huiyin.inspection.ladder import ladder_in_force
from huiyin.inspection.models import RungRule, TriggerRule
from huiyin.inspection.rules import Rung, Trigger
from huiyin.logbook.queries import entries_about
from tests.desk.visits import at_desk, text
from tests.makers import NOON, make_case, make_official, make_unit
from tests.people import chen, gao

pytestmark = pytest.mark.django_db
LADDER = "/desk/supervision/ladder/"
OVERDUE = {"is_on": "on", "opens": "interview", "times": "2", "source": "本市办法第九条"}


def test_an_officer_reads_the_ladder_and_may_not_set_it():
    officer = at_desk(chen())
    page = text(officer.get(LADDER))
    assert "rungs/remind" not in page
    assert officer.get(f"{LADDER}rungs/remind/").status_code == 403


def test_a_supervisor_of_the_city_sets_the_days_of_a_rung():
    supervisor = at_desk(gao())
    assert f"{LADDER}rungs/remind/" in text(supervisor.get(LADDER))
    said = supervisor.post(f"{LADDER}rungs/remind/", {"answer_days": "3", "climb_days": "2"})
    assert (said.status_code, said["Location"]) == (302, LADDER)
    times = ladder_in_force().rungs[Rung.REMIND]
    assert (times.answer_days, times.climb_days) == (3, 2)
    assert [line.code for line in entries_about("ladder:remind")] == ["ladder.changed"]


def test_a_supervisor_of_the_city_turns_an_occasion_off_with_its_source():
    supervisor = at_desk(gao())
    supervisor.post(f"{LADDER}triggers/overdue/", OVERDUE)
    line = ladder_in_force().triggers[Trigger.OVERDUE]
    assert (line.opens, line.times, line.is_on) == (Rung.INTERVIEW, 2, True)
    supervisor.post(f"{LADDER}triggers/overdue/", {**OVERDUE, "is_on": ""})
    assert not ladder_in_force().triggers[Trigger.OVERDUE].is_on


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("rungs/remind/", {"answer_days": "0", "climb_days": "2"}),
        ("rungs/remind/", {"answer_days": "9" * 30, "climb_days": "2"}),
        ("triggers/overdue/", {**OVERDUE, "source": " "}),
        ("triggers/overdue/", {**OVERDUE, "times": "-1"}),
    ],
)
def test_what_cannot_be_set_comes_back_with_what_was_written(address, said):
    answer = at_desk(gao()).post(f"{LADDER}{address}", said)
    assert answer.status_code == 400
    assert all(word.strip() in text(answer) for word in said.values())
    assert not RungRule.objects.exists()
    assert not TriggerRule.objects.exists()


@pytest.mark.parametrize("address", ["rungs/hang/", "triggers/weather/", "triggers/by_hand/"])
def test_what_the_ladder_does_not_know_is_not_there(address):
    assert at_desk(gao()).get(f"{LADDER}{address}").status_code == 404


def test_a_supervisor_of_a_district_does_not_set_the_citys_ladder():
    own = make_official("supervisor", unit=make_unit("西区", level="district"))
    assert at_desk(own).get(f"{LADDER}rungs/remind/").status_code == 403
    assert "rungs/remind" not in text(at_desk(own).get(LADDER))


def test_only_a_higher_rung_is_offered_where_a_measure_is_open():
    case, by = make_case("in_hand", at=NOON), at_desk(gao())
    supervise = f"/desk/cases/{case.number}/supervise/"
    by.post(supervise, {"rung": "interview", "reason": "Three calls."})
    page = text(by.get(supervise))
    assert 'value="listed"' in page
    assert 'value="remind"' not in page

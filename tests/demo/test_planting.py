"""What was planted stands in the city as the file says, and can be found there."""

from datetime import date, timedelta

import pytest

from huiyin.cases.models import Assignment, Case, Round
from huiyin.demo.planting import GAMING_UNIT, HOTSPOT_DAYS
from huiyin.demo.rhythm import ZONE
from huiyin.followup.models import CallBack

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
KINDS = {
    "hotspot",
    "duplicate",
    "rebound",
    "dispute",
    "seasonal_wave",
    "gaming_unit",
    "retyped",
}


def cases_of(thing) -> list[Case]:
    rows = Case.objects.filter(number__in=thing["cases"]).select_related("category", "place")
    return list(rows.order_by("received_at", "pk"))


def day_of(case: Case) -> date:
    return case.received_at.astimezone(ZONE).date()


def days_of(thing) -> tuple[date, date]:
    return date.fromisoformat(thing["first"]), date.fromisoformat(thing["last"])


def test_something_of_each_kind_is_planted(city):
    assert {thing["kind"] for thing in city.planted["planted"]} == KINDS


def test_every_number_in_the_file_is_a_case_of_the_city(city):
    told = {number for thing in city.planted["planted"] for number in thing["cases"]}
    assert told == set(Case.objects.filter(number__in=told).values_list("number", flat=True))
    assert all(thing["cases"] for thing in city.planted["planted"])
    assert len({thing["tag"] for thing in city.planted["planted"]}) == len(city.planted["planted"])


def test_what_is_planted_is_a_small_part(city):
    apart = {"gaming_unit", "retyped"}
    things = [thing for thing in city.planted["planted"] if thing["kind"] not in apart]
    assert 0.05 < sum(len(thing["cases"]) for thing in things) / city.order.cases < 0.11


def test_a_hotspot_is_dense_in_one_community_within_ten_days(city):
    for thing in city.things("hotspot"):
        found, (first, last) = cases_of(thing), days_of(thing)
        assert (last - first).days == HOTSPOT_DAYS - 1
        assert len(found) >= 8
        assert {case.place.code for case in found} == {thing["place"]}
        assert {case.category.code for case in found} == {thing["category"]}
        assert all(first <= day_of(case) <= last for case in found)
        in_a_year = Case.objects.filter(place=found[0].place, category=found[0].category).exclude(
            number__in=thing["cases"]
        )
        assert in_a_year.count() < len(found)


def test_a_wave_comes_from_the_whole_city_on_a_few_days_of_its_season(city):
    for thing in city.things("seasonal_wave"):
        found, (first, last) = cases_of(thing), days_of(thing)
        assert {case.category.code for case in found} <= set(thing["categories"])
        assert all(first <= day_of(case) <= last for case in found)
        assert len({case.place_id for case in found}) > len(found) / 2
        days = (last - first).days + 1
        before = Case.objects.filter(
            category__code__in=thing["categories"],
            received_at__date__range=(first - timedelta(days=days), first - timedelta(days=1)),
        )
        assert before.count() < len(found)


def test_duplicates_come_from_others_at_the_same_spot_within_three_days_in_other_words(city):
    for thing in city.things("duplicate"):
        found = cases_of(thing)
        assert len(found) >= 2
        assert len({(case.title, case.place_id, case.address) for case in found}) == 1
        assert found[-1].received_at - found[0].received_at <= timedelta(days=3)
        assert len({case.text for case in found}) > 1
        assert len({bytes(case.resident.phone_index) for case in found}) == len(found)


def test_a_rebound_comes_from_the_same_person_after_the_case_was_closed_as_solved(city):
    assert city.things("rebound")
    for thing in city.things("rebound"):
        first, again = cases_of(thing)
        assert bytes(first.resident.phone_index) == bytes(again.resident.phone_index)
        assert (first.title, first.address) == (again.title, again.address)
        assert first.closed_at is not None
        assert first.closed_at < again.received_at
        assert Round.objects.get(case=first).solved is True


def test_a_disputed_case_is_returned_again_and_again(city):
    assert city.things("dispute")
    for thing in city.things("dispute"):
        streets = {f"S{code}" for code in thing["streets"]}
        for case in cases_of(thing):
            parts = Assignment.objects.filter(case=case).select_related("unit")
            assert {part.unit.code for part in parts} <= streets
            old = (parts.first().sent_at.astimezone(ZONE).date() - date(2026, 9, 25)).days < 0
            assert not old or 2 <= parts.filter(state="returned").count() <= 3


def answers_left(rows) -> list[float]:
    """How much of the time was left when each of these rounds was answered."""
    rounds = rows.filter(answered_at__isnull=False, number=1).select_related("case")
    return [(turn.due_at - turn.answered_at) / (turn.due_at - turn.started_at) for turn in rounds]


def test_the_gaming_unit_answers_at_the_last_moment(city):
    (thing,) = city.things("gaming_unit")
    assert thing["unit"] == GAMING_UNIT
    own = Round.objects.filter(unit__code=GAMING_UNIT, due_at__isnull=False)
    others = Round.objects.filter(due_at__isnull=False).exclude(unit__code=GAMING_UNIT)
    ours, theirs = sorted(answers_left(own)), sorted(answers_left(others))
    assert ours[len(ours) // 2] < 0.25 < theirs[len(theirs) // 2]


def test_many_residents_of_the_gaming_unit_are_said_not_to_be_reached(city):
    (thing,) = city.things("gaming_unit")
    closed = CallBack.objects.filter(case__number__in=thing["cases"], via="phone")
    all_of_them = CallBack.objects.filter(via="phone")
    missed = closed.filter(reached=False).count() / closed.count()
    assert missed > 1.5 * all_of_them.filter(reached=False).count() / all_of_them.count()


def test_retyped_complaints_are_listed_with_their_true_kind(city):
    (thing,) = city.things("retyped")
    found = cases_of(thing)
    assert {case.request_kind for case in found} == {thing["typed_as"]} == {"consultation"}
    assert thing["true_kind"] == "complaint"
    # Nobody asks anything in them.
    assert not [case for case in found if "咨询" in case.text]
    (gaming,) = city.things("gaming_unit")
    assert set(thing["cases"]) < set(gaming["cases"])

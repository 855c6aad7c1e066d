"""What was planted stands in the city as the file says, and can be found there."""

from datetime import date, timedelta
from random import Random

import pytest

from huiyin.cases.merging import merge_case
from huiyin.cases.models import Application, Assignment, Case, Round
from huiyin.cases.opening import Wish
from huiyin.cases.queries import waiting_for_call_back
from huiyin.demo.planting import GAMING_UNIT, HOTSPOT_DAYS
from huiyin.demo.rhythm import ZONE
from huiyin.demo.scenes import person_of
from huiyin.departments.models import Official, PostHeld, Unit
from huiyin.dispatch.actions import dispatch_case
from huiyin.followup.models import CallBack
from huiyin.intake.actions import receive_case
from huiyin.notices.models import Notice
from huiyin.replies.actions import answer_case
from tests.demo.conftest import UNTIL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
HOUR = timedelta(hours=1)
KINDS = {
    "hotspot",
    "duplicate",
    "merged",
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


def test_two_streets_push_a_case_until_one_is_designated_within_the_limits(city, settings):
    assert city.things("dispute")
    ended = 0
    for thing in city.things("dispute"):
        streets = {f"S{code}" for code in thing["streets"]}
        for case in cases_of(thing):
            papers = Application.objects.filter(case=case, kind="objection").order_by("pk")
            leads = Assignment.objects.filter(case=case, role="lead").select_related("unit")
            assert {part.unit.code for part in leads} <= streets
            assert papers.count() <= settings.OBJECTION_LIMIT
            ended += designated_in_time(case, list(papers))
    assert ended > 0.8 * sum(len(thing["cases"]) for thing in city.things("dispute"))


def designated_in_time(case, papers) -> bool:
    """Whether the dispute of a case is over; no ruling ever comes too late."""
    assert all((paper.ruled_at or UNTIL) <= paper.rule_by for paper in papers)
    if not papers or UNTIL - case.received_at < timedelta(days=6):
        return False
    *before, last = [paper.ruling for paper in papers]
    assert ({*before}, last) == ({"redispatch"}, "designate")
    turn = Round.objects.get(case=case, number=1)
    assert turn.is_designated
    # Whoever is designated can object no more.
    assert Case.objects.get(pk=case.pk).returns >= len(before)
    return True


def test_a_dispatcher_has_merged_some_and_the_planted_duplicates_are_still_to_be_found(city):
    for thing in city.things("duplicate"):
        assert {case.parent_id for case in cases_of(thing)} == {None}
    children = Case.objects.filter(parent__isnull=False)
    merged = {number for thing in city.things("merged") for number in thing["cases"]}
    assert children.count() >= 5
    # One more lies merged on the desks at the end.
    assert set(children.exclude(status="merged").values_list("number", flat=True)) <= merged
    for child in children.select_related("parent"):
        assert child.received_at >= child.parent.received_at
        turn = Round.objects.filter(case=child, number=1).first()
        if turn is not None and turn.answered_at is not None:
            assert child.number in turn.reply
            assert turn.answered_at == Round.objects.get(case=child.parent, number=1).answered_at


def test_planted_duplicates_can_be_merged_and_each_resident_gets_an_own_answer(city):
    """By the real actions: the oldest goes back into work, the others follow it."""
    staff = Official.objects.get(sign_in_name="dispatcher")
    merged = 0
    for thing in city.things("duplicate")[:12]:
        family = cases_like(cases_of(thing))
        first, *others = family
        at = UNTIL + timedelta(minutes=5)
        dispatch_case(
            first.number, first.unit or Unit.objects.get(code="lighting"), by=staff, at=at
        )
        for other in others:
            merge_case(other.number, first.number, by=staff, at=at)
        lead = Case.objects.get(pk=first.pk).unit
        officer = PostHeld.objects.get(unit=lead, post="officer").official
        answer_case(first.number, "已办结。", by=officer, at=at + HOUR, resident_told="已告知。")
        queue = waiting_for_call_back(Case.objects.all())
        for case in family:
            assert queue.filter(pk=case.pk).exists()
        for other in others:
            assert other.number in Round.objects.get(case=other, number=1).reply
            told = Notice.objects.filter(about=other.number, code="case.answered")
            assert told.count() == 1
        merged += len(others)
    assert merged >= 12


def cases_like(found) -> list[Case]:
    """The same requests, received once more and sent nowhere yet."""
    hotline = Unit.objects.get(code="hotline")
    operator = Official.objects.get(sign_in_name="operator")
    made = []
    for case in found:
        wish = Wish(
            text=case.text,
            title=case.title,
            request_kind=case.request_kind,
            channel="phone",
            category=case.category,
            place_id=case.place_id,
            address=case.address,
            resident=person_of(Random(case.pk)),
        )
        again = receive_case(wish, by=operator, at=UNTIL, intake_unit=hotline)
        again.unit = case.unit
        made.append(again)
    return made


def answers_left(rows) -> list[float]:
    """How much of the time was left when each of these rounds was answered."""
    rounds = rows.filter(answered_at__isnull=False, started_at__isnull=False, number=1)
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

"""The demo city off the plain road: what was asked for in writing was ruled on, in time."""

import pytest
from django.db.models import Count, F, Q

from huiyin.cases.models import Application, Assignment, Case, Round
from huiyin.cases.rules import PROCEDURES, Ruling
from huiyin.dispatch.duties import why_no_part
from huiyin.logbook.models import Entry
from huiyin.replies.joint.models import Assessment, CalledUnit, Whistle
from tests.demo.conftest import UNTIL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def of_kind(kind: str):
    return Application.objects.filter(kind=kind)


def test_every_paper_has_a_ground_of_its_kind_and_a_ruling_of_its_kind():
    for paper in Application.objects.all():
        procedure = PROCEDURES[paper.kind]
        assert paper.ground in procedure.grounds
        assert paper.words
        assert paper.state in {"open", "lapsed"} or paper.ruling in procedure.rulings


def test_no_paper_waits_longer_than_rulings_may_take():
    assert not Application.objects.filter(ruled_at__gt=F("rule_by")).exists()
    assert not Application.objects.filter(state="open", rule_by__lt=UNTIL).exists()
    assert of_kind("objection").filter(state="open").exists()


def test_nobody_rules_on_what_they_asked_for():
    others = Application.objects.exclude(kind="recall")
    assert not others.filter(ruled_by=F("asked_by")).exists()


def test_the_rate_of_objections_is_that_of_a_hotline():
    sent = Assignment.objects.filter(role="lead").values("case").distinct().count()
    objected = of_kind("objection").values("case").distinct().count()
    assert 0.03 < objected / sent < 0.15
    rulings = dict(of_kind("objection").values_list("ruling").annotate(Count("pk")))
    assert set(rulings) - {""} == {"redispatch", "return", "uphold", "designate"}


def test_several_dispatchers_send_cases():
    by = Assignment.objects.filter(role="lead", sent_by__posts__post="dispatcher")
    assert by.values("sent_by").distinct().count() == 3


def test_some_get_more_time_and_some_do_not():
    for kind in ("extension", "parking"):
        assert of_kind(kind).filter(ruling=Ruling.GRANT).exists()
    assert of_kind("extension").filter(ruling=Ruling.REFUSE).exists()
    longer = Round.objects.filter(first_due_at__lt=F("due_at"))
    granted = Q(kind="extension") | Q(kind="parking")
    papers = Application.objects.filter(granted, ruling=Ruling.GRANT)
    assert longer.count() == papers.values("case").distinct().count()
    assert Entry.objects.filter(code="due.moved").count() >= 1


def test_streets_whistle_and_departments_come():
    assert Whistle.objects.exists()
    for called in CalledUnit.objects.select_related("part__unit", "whistle", "whistle__unit"):
        assert called.part.case_id == called.whistle.case_id
        assert called.part.role == "assist"
        assert called.part.asked_by_id == called.whistle.unit_id
        assert called.whistle.unit.level == "street"
    assert CalledUnit.objects.filter(arrived_at__isnull=False).exists()
    assert Assignment.objects.filter(role="assist", state="done").exclude(result="").exists()


def test_what_a_street_is_sent_its_district_knows():
    streets = Assignment.objects.filter(role="lead", unit__level="street").values("case")
    copied = Assignment.objects.filter(role="copy", unit__level="district").values("case")
    assert set(streets.values_list("case", flat=True)) == set(copied.values_list("case", flat=True))


def test_some_take_one_of_the_special_ways_or_go_outside():
    assert Case.objects.exclude(route="").count() > Case.objects.count() / 400
    assert Case.objects.exclude(body="").exists()
    assert not Case.objects.filter(status="transferred", wait_until__lt=UNTIL).exists()


def test_one_whistle_shows_coming_refusing_and_marking_each_other():
    refusals = of_kind("part_refusal")
    assert set(refusals.values_list("state", flat=True)) == {"open", "refused"}
    sides = Assessment.objects.values_list("from_unit__code", "about_unit__code")
    assert {("S990102001000", "urban-management"), ("urban-management", "S990102001000")} <= set(
        sides
    )


def test_a_wrong_dispatch_was_taken_back_within_minutes():
    recall = of_kind("recall").get()
    assert (recall.ruling, recall.case.status) == (Ruling.RETURN, "received")


def test_communities_get_a_part_of_what_their_list_holds():
    parts = Assignment.objects.filter(role="below").select_related("unit", "case__category")
    assert {part.unit.level for part in parts} == {"community"}
    assert {part.state for part in parts} <= {"accepted", "done"}
    assert all(why_no_part(part.case, part.unit) == "" for part in parts)
    assert not Assignment.objects.filter(role="lead", unit__level="community").exists()

"""What the demo city promises: whole, at work, in order, and nobody's data."""

import re

import pytest
from django.contrib.auth.hashers import check_password
from django.db.models import Count, F, Q

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Assignment, Case, Category, Resident, Round, Status
from huiyin.cases.queries import (
    overdue,
    waiting_for_call_back,
    waiting_for_dispatch,
    waiting_for_units,
)
from huiyin.deadlines.models import Adoption
from huiyin.demo.accounts import ACCOUNTS, PASSWORD
from huiyin.demo.rhythm import ZONE
from huiyin.departments.access import units_within
from huiyin.departments.models import Official, Post, PostHeld, Unit
from huiyin.followup.models import CallBack
from huiyin.logbook.models import Chain, Entry, Words
from huiyin.logbook.verifying import verify
from huiyin.places.checking import everything_wrong
from huiyin.places.models import Place
from huiyin.places.queries import places_at
from tests.demo.conftest import UNTIL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
OFFICER = frozenset({Post.OFFICER})
# The last eleven digits that could be somebody's: mobile numbers, with or without the country.
PHONE = re.compile(r"(?<!\d)(?:86)?1\d{10}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")


def share(part, of) -> float:
    return part.count() / of.count()


def test_there_are_as_many_cases_as_were_ordered(city):
    assert Case.objects.filter(source="demo").count() == city.order.cases == Case.objects.count()


def test_the_places_tile_the_city():
    levels = Place.objects.values_list("level").annotate(Count("pk"))
    assert dict(levels) == {"city": 1, "district": 6, "street": 40, "community": 240}
    assert everything_wrong() == []


def test_the_units_are_those_of_a_city():
    levels = dict(Unit.objects.values_list("level").annotate(Count("pk")))
    # The hotline is a department too.
    bodies = {"city": 1, "district": 6, "street": 40, "department": 25, "utility": 6}
    # The street of the demo account hands work down.
    assert levels == {**bodies, "community": 6}


def test_somebody_holds_every_post():
    assert set(PostHeld.objects.values_list("post", flat=True)) == set(Post.values)
    assert not Unit.objects.exclude(level="city").exclude(posts__post=Post.OFFICER).exists()


def test_each_demo_account_holds_its_post_at_its_unit():
    held = PostHeld.objects.filter(official__sign_in_name__in=[a.sign_in_name for a in ACCOUNTS])
    rows = held.values_list("official__sign_in_name", "post", "unit__code")
    assert set(rows) == {(a.sign_in_name, str(a.post), a.unit_code) for a in ACCOUNTS}


def test_all_accounts_open_with_the_password_that_is_printed(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    (hashed,) = set(Official.objects.values_list("password", flat=True))
    assert check_password(PASSWORD, hashed)


def test_a_case_stands_at_every_status():
    assert set(Case.objects.values_list("status", flat=True)) == set(Status.values)


def test_every_demo_account_that_works_cases_has_some_to_work():
    by = {name: Official.objects.get(sign_in_name=name) for name in ("dispatcher", "caller")}
    queues = {
        "dispatcher": waiting_for_dispatch(visible_cases(by["dispatcher"])),
        "caller": waiting_for_call_back(visible_cases(by["caller"])),
    }
    for name in ("lighting", "parks", "water", "street"):
        official = Official.objects.get(sign_in_name=name)
        units = units_within(official, OFFICER)
        queues[name] = waiting_for_units(visible_cases(official), units)
    counts = {name: queue.count() for name, queue in queues.items()}
    assert [name for name, count in counts.items() if not 3 <= count <= 60] == []
    assert [name for name, queue in queues.items() if not overdue(queue, on=UNTIL).exists()] == []


def test_the_logbook_is_clean_and_sealed():
    verdict = verify()
    # Beats, volunteers, the catalogue and others have chains of their own.
    others = Chain.objects.exclude(about__startswith="HY").count()
    assert (verdict.problems, verdict.chains) == ([], Case.objects.count() + others)
    assert Entry.objects.filter(code="case.received").count() == Case.objects.count()


def test_nothing_happens_after_the_last_moment_or_before_the_case():
    assert not Entry.objects.filter(at__gt=UNTIL).exists()
    assert not CallBack.objects.filter(Q(at__gt=UNTIL) | Q(at__lt=F("case__received_at"))).exists()


def texts() -> list[str]:
    words = [text for case in Case.objects.values_list("title", "text", "address") for text in case]
    words += Words.objects.values_list("text", flat=True)
    words += Round.objects.values_list("reply", flat=True)
    return words + list(CallBack.objects.values_list("remark", flat=True))


def test_no_blank_is_left_in_any_sentence():
    blanks = [text for text in texts() if re.search(r"\{[a-zA-Z]*\}|\{\w+\[", text)]
    assert blanks == []
    assert not Case.objects.filter(Q(text__contains="{") | Q(title__contains="{")).exists()


def test_a_phone_number_stands_in_no_text_and_no_entry():
    said = [repr(entry.details) for entry in Entry.objects.all()]
    assert [text for text in (*texts(), *said) if PHONE.search(text)] == []


def test_everybody_is_sealed_apart_from_their_case():
    sealed = Resident.objects.filter(case__isnull=False, sealed__isnull=False)
    assert sealed.count() == Case.objects.count()


def test_some_call_more_than_once():
    again = Resident.objects.values("phone_index").annotate(times=Count("pk")).filter(times__gt=1)
    assert 5 < again.count() < Case.objects.count() / 5


def test_a_point_lies_in_the_place_of_its_case():
    cases = Case.objects.exclude(longitude=None).values_list("longitude", "latitude", "place_id")
    lngs, lats, places = zip(*cases, strict=True)
    assert list(places_at(lngs, lats)) == list(places)


def test_an_address_has_one_point():
    points = {}
    for place, address, *point in Case.objects.exclude(longitude=None).values_list(
        "place_id", "address", "longitude", "latitude"
    ):
        points.setdefault((place, address), set()).add(tuple(point))
    assert [where for where, found in points.items() if len(found) > 1] == []


def test_the_mix_is_that_of_a_hotline():
    cases = Case.objects.all()
    assert 0.52 < share(cases.filter(request_kind="consultation"), cases) < 0.6
    assert 0.87 < share(cases.filter(channel="phone"), cases) < 0.93
    largest = Category.objects.filter(parent=None).annotate(n=Count("children__cases"))
    top = [row.name for row in largest.order_by("-n")[:7]]
    assert {"市场管理", "公共服务", "住房"} < set(top)


def test_residents_are_as_content_as_where_it_is_done_well():
    reached = CallBack.objects.filter(reached=True)
    assert 0.93 < share(reached.filter(solved=True), reached) < 0.98
    assert 0.93 < share(reached.exclude(satisfied="dissatisfied"), reached) < 0.99


def test_most_cases_are_sent_within_minutes():
    turns = Round.objects.filter(number=1, started_at__isnull=False)
    minutes = sorted(
        (turn.started_at - turn.case.received_at).total_seconds() / 60
        for turn in turns.select_related("case")
    )
    assert 2 < minutes[len(minutes) // 2] < 7


def test_a_few_answers_come_late():
    answered = Round.objects.filter(answered_at__isnull=False, due_at__isnull=False)
    assert 0.02 < share(answered.filter(answered_at__gt=F("due_at")), answered) < 0.09


def test_a_department_answers_in_its_hours():
    answered = Round.objects.filter(
        started_at__isnull=False, answered_at__isnull=False, unit__calendar_code=""
    ).exclude(case__deadline_class="timely")
    local = [turn.answered_at.astimezone(ZONE) for turn in answered]
    assert {at.hour for at in local} <= set(range(9, 18))
    assert not [at for at in local if (at.month, at.day) in {(10, 1), (10, 2), (5, 1), (1, 1)}]


def test_residents_are_called_by_day():
    calls = CallBack.objects.filter(via="phone")
    assert {call.at.astimezone(ZONE).hour for call in calls} <= set(range(9, 20))


def test_a_caller_is_written_of_and_a_resident_writes_of_themselves():
    phoned = Case.objects.filter(channel="phone")
    assert not phoned.exclude(text__startswith="来电人").exists()
    own = Case.objects.filter(channel__in=["web", "app", "social", "letter"])
    assert not own.filter(text__contains="来电人").exists()
    assert not Entry.objects.filter(
        code="case.received", by_label="resident", about__in=phoned.values("number")
    ).exists()


def test_questions_are_answered_at_once():
    asked = Case.objects.filter(request_kind="consultation", text__contains="咨询")
    assert share(asked.filter(first_unit=None), asked) > 0.9


def test_the_city_goes_by_the_plain_preset():
    assert Adoption.objects.get().preset.code == "plain"


def test_the_lead_is_the_unit_of_the_last_assignment():
    for case in Case.objects.filter(status__in=["dispatched", "in_hand"]):
        assert (
            Assignment.objects.filter(case=case, role="lead").latest("pk").unit_id == case.unit_id
        )

"""Volunteers: registered with consent, sealed, let go and erased; tasks taken, done, thanked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from huiyin.cases.models import Resident
from huiyin.cases.residents import ResidentData
from huiyin.logbook.models import Access
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.neighbourhood.access import task_for, volunteer_for
from huiyin.neighbourhood.models import Deed, Task, Volunteer
from huiyin.neighbourhood.tasks import (
    Offer,
    call_off,
    confirm_deed,
    give_back,
    offer_task,
    report_done,
    take_task,
    tasks_for,
)
from huiyin.neighbourhood.volunteering import (
    VOLUNTEER,
    Entry,
    leave,
    link_secret,
    person_of,
    register,
    renew_link,
    volunteer_with,
)
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from tests.cases.test_locks import at_once
from tests.desk.visits import at_desk
from tests.makers import NOON, WANG, make_case, minutes
from tests.neighbourhood.ground import elsewhere, fang, luo, place, shen, stranger, street
from tests.photos import photo, upload

LATER = NOON + minutes(90)


def volunteer(phone: str = "10000005678", *, at_place=None, **facts) -> Volunteer:
    """A neighbour who lends a hand."""
    person = ResidentData(name="何邻居", phone=phone)
    entry = Entry(person, at_place or place(), consents=facts.get("consents", True))
    return register(entry, unit=street(), by=fang(), at=NOON)


def offer(**facts) -> Offer:
    said = {
        "title": "清扫槐树巷",
        "what": "清扫落叶,自带手套。",
        "where": "巷口老槐树下",
        "place": place(),
        "begins_at": NOON + minutes(60),
        "ends_at": NOON + minutes(180),
        "needed": 1,
    }
    return Offer(**said | facts)


def task(**facts) -> Task:
    return offer_task(offer(**facts), unit=street(), by=fang(), at=NOON)


def test_nobody_is_registered_without_consent_or_by_another_unit():
    with pytest.raises(WrongInput):
        volunteer(consents=False)
    entry = Entry(ResidentData(name="何邻居", phone="10000005678"), place(), consents=True)
    for by in (stranger(), shen(), luo()):
        with pytest.raises(NotAllowed):
            register(entry, unit=street(), by=by, at=NOON)
    assert not Resident.objects.exists()


def test_the_same_phone_is_registered_once_at_a_place_and_again_after_leaving():
    first = volunteer("138 0013 8000")
    with pytest.raises(NotPossible):
        volunteer("+86 13800138000")
    leave(first, by=VOLUNTEER, at=LATER)
    assert volunteer("138 0013 8000").pk != first.pk


def test_a_volunteers_data_stands_in_no_entry_and_each_look_at_it_is_logged():
    who = volunteer()
    assert b"10000005678" not in bytes(who.person.sealed)
    data = person_of(who, by=fang(), at=LATER, why="联系集合时间")
    assert (data.name, data.phone) == ("何邻居", "10000005678")
    look = Access.objects.get()
    assert (look.about, look.official_id, look.why) == (
        f"volunteer:{who.code}",
        fang().pk,
        "联系集合时间",
    )
    written = str(list(entries_about(f"volunteer:{who.code}")))
    assert "何邻居" not in written
    assert "10000005678" not in written


def test_a_look_needs_a_reason_and_the_post_at_the_unit():
    who = volunteer()
    with pytest.raises(WrongInput):
        person_of(who, by=fang(), at=LATER, why=" ")
    with pytest.raises(NotAllowed):
        person_of(who, by=shen(), at=LATER, why="想看看")
    with pytest.raises(NotFound):
        volunteer_for(who.code, by=stranger())
    assert not Access.objects.exists()


def test_whoever_leaves_is_erased_at_once_and_their_places_are_free():
    who, wanted = volunteer(), task()
    take_task(wanted, who, at=NOON)
    leave(who, by=VOLUNTEER, at=LATER)
    who.refresh_from_db()
    person = Resident.objects.get(pk=who.person_id)
    assert (person.sealed, person.phone_index, person.erased_at) == (None, None, LATER)
    assert take_task(wanted, volunteer("10000009999"), at=LATER)
    with pytest.raises(NotPossible):
        person_of(who, by=fang(), at=LATER, why="联系集合时间")
    assert volunteer_with(who.code, link_secret(who)) is None
    assert verify().problems == []


def test_a_link_opens_for_its_secret_only_and_an_old_link_no_more():
    who = volunteer()
    old = link_secret(who)
    assert volunteer_with(who.code.lower(), f" {old.lower()} ") == who
    for code, secret in ((who.code, "000000000000"), ("V00000000", old), ("", "")):
        assert volunteer_with(code, secret) is None
    renewed = renew_link(who, by=fang(), at=LATER)
    assert volunteer_with(who.code, old) is None
    assert volunteer_with(who.code, link_secret(renewed)) == who


def test_a_task_is_shown_at_its_place_and_around_it_until_it_is_over():
    here, there = volunteer(), volunteer("10000009999", at_place=elsewhere())
    wanted = task()
    wide = task(place=place().parent)
    assert set(tasks_for(here, at=NOON)) == {wanted, wide}
    assert set(tasks_for(there, at=NOON)) == {wide}
    with pytest.raises(NotPossible):
        take_task(wanted, there, at=NOON)
    assert not tasks_for(here, at=NOON + minutes(180)).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"needed": 0},
        {"ends_at": NOON},
        {"begins_at": NOON - minutes(60), "ends_at": NOON - minutes(1)},
    ],
)
def test_a_task_that_cannot_be_done_is_not_offered(wrong):
    with pytest.raises(WrongInput):
        task(**wrong)


def test_a_task_names_only_a_case_that_its_officer_may_see():
    case = make_case()
    with pytest.raises(NotFound):
        task(case_number=case.number)
    own = make_case("dispatched", unit=street())
    linked = task(case_number=own.number)
    assert linked.case == own
    assert entries_about(own.number)[-1].details["task"] == linked.code
    assert not Task.objects.exclude(pk=linked.pk).exists()


def test_a_volunteer_sees_nothing_of_the_case_or_of_who_asked(client):
    own, who = make_case("dispatched", unit=street()), volunteer()
    now = timezone.now()
    offer_task(
        offer(case_number=own.number, begins_at=now, ends_at=now + timedelta(hours=1)),
        unit=street(),
        by=fang(),
        at=now,
    )
    client.post(reverse("neighbourhood:enter"), {"number": who.code, "secret": link_secret(who)})
    page = client.get(reverse("neighbourhood:mine", args=[who.code])).content.decode()
    assert "清扫槐树巷" in page
    for secret in (own.number, own.title, own.text, WANG.name, WANG.phone):
        assert secret not in page


def test_a_place_given_back_can_be_taken_and_done_work_cannot_be_given_back():
    first, second, wanted = volunteer(), volunteer("10000009999"), task()
    deed = take_task(wanted, first, at=NOON)
    assert take_task(wanted, first, at=NOON) == deed
    with pytest.raises(NotPossible):
        take_task(wanted, second, at=NOON)
    give_back(deed, at=NOON)
    other = take_task(wanted, second, at=NOON)
    report_done(other, "扫完了。", upload(photo()), at=LATER)
    with pytest.raises(NotPossible):
        give_back(other, at=LATER)


def test_what_was_done_is_confirmed_once_and_thanked():
    deed = take_task(task(), volunteer(), at=NOON)
    with pytest.raises(NotPossible):
        confirm_deed(deed, "谢谢。", by=fang(), at=LATER)
    with pytest.raises(NotPossible):
        report_done(deed, "扫完了。", None, at=NOON)
    report_done(deed, "扫完了。", None, at=LATER)
    with pytest.raises(NotAllowed):
        confirm_deed(deed, "谢谢。", by=stranger(), at=LATER)
    with pytest.raises(WrongInput):
        confirm_deed(deed, " ", by=fang(), at=LATER)
    confirm_deed(deed, "街坊们谢谢您。", by=fang(), at=LATER)
    with pytest.raises(NotPossible):
        confirm_deed(deed, "谢谢。", by=fang(), at=LATER)
    codes = [line.code for line in entries_about(f"task:{deed.task.code}")]
    assert codes == ["task.offered", "task.taken", "task.done", "task.thanked"]


def test_a_task_called_off_is_taken_by_nobody():
    wanted, who = task(), volunteer()
    call_off(wanted, by=fang(), at=NOON)
    with pytest.raises(NotPossible):
        take_task(wanted, who, at=NOON)
    with pytest.raises(NotFound):
        task_for(wanted.code, by=stranger())


@pytest.mark.slow
@pytest.mark.usefixtures("committed_city")
def test_of_two_who_take_the_last_place_at_once_one_gets_it_and_the_other_reads_why():
    people = [volunteer(f"1000000{number:04d}") for number in range(4)]
    wanted = task()
    results = at_once(*(lambda one=one: take_task(wanted, one, at=NOON) for one in people))
    assert sum(isinstance(one, Deed) for one in results) == 1
    refused = [str(one) for one in results if isinstance(one, NotPossible)]
    assert len(refused) == 3
    assert len(set(refused)) == 1
    assert Deed.objects.count() == 1
    assert verify().problems == []


def test_a_volunteer_goes_the_whole_way_by_the_link(client):
    officer, now = at_desk(fang()), timezone.localtime()
    said = {"unit": street().pk, "place": place().pk, "name": "何邻居", "phone": "10000005678"}
    assert officer.post(reverse("patrols:volunteers"), said).status_code == 400
    officer.post(reverse("patrols:volunteers"), said | {"consents": "on"})
    who = Volunteer.objects.get()
    shown = officer.get(reverse("patrols:volunteer_detail", args=[who.code])).content.decode()
    assert link_secret(who) in shown
    assert "10000005678" not in shown
    wanted = {
        "key": "6f1f9a52-7a0e-4f0e-8d0b-000000000002",
        "unit": street().pk,
        "place": place().pk,
        "title": "清扫",
        "what": "清扫落叶。",
        "where": "巷口",
        "needed": 1,
        "begins_at": (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (now + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
    }
    for _twice in range(2):
        assert officer.post(reverse("patrols:tasks"), wanted).status_code == 302
    code = Task.objects.get().code
    client.post(reverse("neighbourhood:enter"), {"number": who.code, "secret": link_secret(who)})
    client.post(reverse("neighbourhood:take", args=[who.code, code]))
    deed = Deed.objects.get()
    done = reverse("neighbourhood:done", args=[who.code, deed.pk])
    client.post(done, {"words": "扫完了。", "photo": upload(photo())})
    page = officer.get(reverse("patrols:task_detail", args=[code])).content.decode()
    assert "扫完了。" in page
    confirm = reverse("patrols:confirm_deed", args=[code, deed.pk])
    assert officer.post(confirm, {"thanks": ""}).status_code == 400
    officer.post(confirm, {"thanks": "街坊们谢谢您。"})
    paper = client.get(reverse("neighbourhood:thanks", args=[who.code, deed.pk]))
    assert "街坊们谢谢您。" in paper.content.decode()
    client.post(reverse("neighbourhood:leave", args=[who.code]))
    assert client.get(reverse("neighbourhood:mine", args=[who.code])).status_code == 303


def test_an_open_browser_is_shut_out_by_a_new_link(client):
    who = volunteer()
    client.post(reverse("neighbourhood:enter"), {"number": who.code, "secret": link_secret(who)})
    address = reverse("neighbourhood:mine", args=[who.code])
    assert client.get(address).status_code == 200
    renew_link(who, by=fang(), at=LATER)
    assert client.get(address).status_code == 303

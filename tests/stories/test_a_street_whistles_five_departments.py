"""A street whistles five departments: one is late, one refuses and is ordered, one is excused."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.models import Assignment, Case, Status
from huiyin.logbook.queries import entries_about
from huiyin.logbook.receipts import receipt
from huiyin.logbook.verifying import verify
from huiyin.replies.joint.models import Assessment, CalledUnit, Whistle
from tests.desk.visits import address, at_desk, press, text
from tests.makers import NOON, status_of
from tests.people import gao
from tests.replies.street import NAMES, Street, case_of, make_street

pytestmark = pytest.mark.django_db
STREET_ANSWER = "夜市已规范，消防通道已清理。"


@pytest.fixture
def at_work(monkeypatch, settings):
    """A clock that the story turns on; pages are read in English."""
    settings.LANGUAGE_CODE = "en"
    moment = [NOON + timedelta(hours=1)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


def test_a_street_that_whistles_five_departments(at_work):
    town = make_street()
    case = case_of(town)
    parts = whistled_by_the_street(town, case)
    at_work(minutes=40)
    two_answer_the_call(town, case, parts)
    at_work(minutes=30)
    one_comes_late_and_the_lead_writes_it_down(town, case, parts)
    two_refusals_are_ruled_on(town, case, parts)
    at_work(hours=3)
    three_report_their_results(town, case, parts)
    the_answer_waits_and_then_says_why(town, case, parts)
    at_work(days=1)
    both_sides_mark_each_other(town, case, parts)
    what_the_resident_reads(case)
    assert status_of(case) == Status.ANSWERED
    assert verify().problems == []


def act(town: Street, who: str, case: Case, part: Assignment, word: str, **said):
    """Send the form of an act."""
    return at_desk(town.officer(who)).post(f"{address(case)}parts/{part.pk}/{word}/", said)


def came(town: Street, who: str, case: Case, part: Assignment, moment: str, people: str):
    said = {"at": moment, "people": people, "count": "2", "place_words": "夜市东口"}
    return act(town, who, case, part, "arrive", **said)


def whistled_by_the_street(town, case):
    desk = at_desk(town.officer())
    assert "Whistle: call other units" in text(desk.get(address(case)))
    said = {
        "what_for": "联合检查夜市占道和消防通道。",
        "units": [unit.pk for unit in town.called.values()],
        "place_words": "槐树街夜市东口",
        "report_by": "2026-03-04T14:00",
        "due_at": "2026-03-05T12:00",
        "is_field": "on",
    }
    nowhere = desk.post(f"{address(case)}whistle/", said | {"place_words": ""})
    assert (nowhere.status_code, Whistle.objects.count()) == (400, 0)
    assert "联合检查夜市占道和消防通道。" in text(nowhere)
    assert text(nowhere).count("checked") == 6
    done = desk.post(f"{address(case)}whistle/", said)
    sheet = text(desk.get(done.url))
    assert all(name in sheet for name in NAMES.values())
    assert "5 called, 0 came" in sheet
    again = desk.post(f"{address(case)}whistle/", said)
    assert (again.status_code, Whistle.objects.count()) == (409, 1)
    return {part.unit.code: part for part in Assignment.objects.filter(case=case, role="assist")}


def two_answer_the_call(town, case, parts):
    owed = text(at_desk(town.officer("fire")).get("/desk/joint/"))
    assert case.number in owed
    assert act(town, "fire", case, parts["fire"], "accept").status_code == 302
    assert (
        came(town, "fire", case, parts["fire"], "2026-03-04T13:35", "李强、周敏").status_code == 302
    )
    again = came(town, "fire", case, parts["fire"], "2026-03-04T13:36", "李强")
    assert again.status_code == 409
    assert (
        came(town, "market", case, parts["market"], "2026-03-04T13:40", "何平").status_code == 302
    )
    # Nobody writes down what another department did, nor sees who asked.
    assert act(town, "market", case, parts["power"], "accept").status_code == 403
    page = at_desk(town.officer("fire")).post(f"{address(case)}person/", {"why": "看看"})
    assert page.status_code == 403


def one_comes_late_and_the_lead_writes_it_down(town, case, parts):
    late = came(town, "street", case, parts["patrol"], "2026-03-04T14:09", "赵刚")
    assert late.status_code == 302
    called = CalledUnit.objects.get(part=parts["patrol"])
    assert (called.is_late, called.noted_by) == (True, town.officer())
    assert "5 called, 3 came, 1 of them late" in text(
        at_desk(town.officer()).get(f"{address(case)}whistles/{called.whistle_id}/")
    )


def two_refusals_are_ruled_on(town, case, parts):
    for name, ground in (("housing", "not_our_duty"), ("power", "not_our_place")):
        no_words = act(town, name, case, parts[name], "refuse", ground=ground, reason="")
        assert no_words.status_code == 400
        filed = act(town, name, case, parts[name], "refuse", ground=ground, reason="不属我单位。")
        assert filed.status_code == 302
    assert case.number not in text(at_desk(town.supervisor("housing")).get("/desk/rulings/"))
    district = at_desk(town.supervisor())
    waiting = text(district.get("/desk/rulings/"))
    assert (NAMES["housing"] in waiting, NAMES["power"] in waiting) == (True, True)
    for name, ruling in (("housing", "refuse"), ("power", "grant")):
        paper = parts[name].applications.get()
        said = {"ruling": ruling, "words": "依职责清单裁定。"}
        own = at_desk(town.supervisor(name)).post(f"/desk/rulings/{paper.pk}/", said)
        assert own.status_code == 403
        assert district.post(f"/desk/rulings/{paper.pk}/", said).status_code == 302
    states = dict(Assignment.objects.filter(role="assist").values_list("unit__code", "state"))
    assert (states["housing"], states["power"]) == ("sent", "returned")
    assert at_desk(town.officer("power")).get(address(case)).status_code == 404
    again = {"ground": "no_power", "reason": "还是不行。"}
    stands = at_desk(town.officer("housing")).post(
        f"{address(case)}parts/{parts['housing'].pk}/refuse/", again
    )
    assert stands.status_code == 409


def three_report_their_results(town, case, parts):
    for name in ("fire", "market", "patrol"):
        done = act(town, name, case, parts[name], "report", result=f"{NAMES[name]}已办。")
        assert done.status_code == 302
    assert "消防救援支队已办。" in text(at_desk(town.officer()).get(address(case)))


def the_answer_waits_and_then_says_why(town, case, parts):
    desk = at_desk(town.officer())
    words = {"reply": STREET_ANSWER, "resident_told": "电话告知。"}
    waits = press(desk, case, "answer", **words)
    assert (waits.status_code, status_of(case)) == (400, Status.IN_HAND)
    assert NAMES["housing"] in text(waits)
    assert STREET_ANSWER in text(waits)
    helper = press_by_a_helper(town, case, words)
    assert helper.status_code == 403
    why = "住建部门另案处理违建。"
    assert press(desk, case, "answer", **words, without_parts=why).status_code == 302
    assert Assignment.objects.get(pk=parts["housing"].pk).state == "released"
    assert why in text(desk.get(address(case)))


def press_by_a_helper(town, case, words):
    return at_desk(town.officer("fire")).post(f"{address(case)}steps/answer/", words)


def both_sides_mark_each_other(town, case, parts):
    fire, patrol = parts["fire"], parts["patrol"]
    good = {"arrival": "5", "work": "4", "cooperation": "5", "words": "来得快"}
    missing = act(town, "street", case, fire, "mark_called", arrival="5")
    assert missing.status_code == 400
    assert act(town, "street", case, fire, "mark_called", **good).status_code == 302
    late = good | {"arrival": "1", "words": "迟到九分钟"}
    assert act(town, "street", case, patrol, "mark_called", **late).status_code == 302
    twice = at_desk(town.officer()).post(f"{address(case)}parts/{fire.pk}/mark_called/", good)
    assert twice.status_code == 409
    about_the_street = {"reason": "5", "lead": "3", "cooperation": "4", "words": "任务不够清楚"}
    assert act(town, "fire", case, fire, "mark_caller", **about_the_street).status_code == 302
    sides = set(Assessment.objects.values_list("from_unit__code", "about_unit__code"))
    assert sides == {("locust", "fire"), ("locust", "patrol"), ("fire", "locust")}
    # The marked unit does not read who marked it low; words are read by nobody else here.
    assert "迟到九分钟" not in text(at_desk(town.officer("patrol")).get(address(case)))
    assert "任务不够清楚" not in text(at_desk(town.officer()).get(address(case)))
    seen = text(at_desk(gao()).get(address(case)))
    assert ("迟到九分钟" in seen, "任务不够清楚" in seen) == (False, False)
    assert "mark_called" not in {line.code for line in entries_about(case.number)}


def what_the_resident_reads(case):
    phone = Client()
    given = {"number": case.number, "secret": receipt(case.number).secret}
    page = text(phone.get(phone.post("/follow/", given).url))
    assert "called other units to help" in page
    assert STREET_ANSWER in page
    said_inside = ("李强", "赵刚", "迟到", "任务不够清楚", "不属我单位", NAMES["housing"])
    assert [word for word in said_inside if word in page] == []

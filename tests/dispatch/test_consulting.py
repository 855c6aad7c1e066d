"""Asking before the dispatch: who may ask, who may say, until when, and what nobody reads."""

import pytest

from huiyin.cases.models import Status
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.consulting import Asked, View, ask_units, give_opinion, opinions_owed
from huiyin.dispatch.models import Consultation, Opinion
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from tests.desk.visits import at_desk, text
from tests.makers import NOON, fresh, lighting, make_case, make_unit, minutes, parks, status_of
from tests.people import EVERYBODY, chen, lin, zhao

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(20)
QUESTION = "槐树公园边上的路灯不亮,请明确由谁维护。"


@pytest.fixture(autouse=True)
def _at_noon(settings, monkeypatch):
    settings.LANGUAGE_CODE = "en"
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)


def ask(case=None, *, units=None, hours=1, question=QUESTION, by=None, at=LATER):
    case = case or make_case()
    chosen = [lighting(), parks()] if units is None else units
    return ask_units(case.number, Asked(chosen, question, hours), by=by or lin(), at=at)


def opinion_of(unit):
    return Opinion.objects.get(unit=unit)


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "dispatcher"])
def test_only_a_dispatcher_asks(person):
    with pytest.raises(NotAllowed):
        ask(by=EVERYBODY[person]())
    assert not Consultation.objects.exists()


def test_the_case_stays_received_and_its_limit_goes_on():
    case = make_case()
    before = case.wait_until
    ask(case)
    assert (status_of(case), fresh(case).wait_until) == (Status.RECEIVED, before)


@pytest.mark.parametrize(
    "wrong",
    [{"units": []}, {"hours": 0}, {"hours": 73}, {"question": " ? "}, {"question": "x" * 2001}],
)
def test_a_question_needs_units_words_and_a_limit(wrong):
    with pytest.raises(WrongInput):
        ask(**wrong)


def test_a_dissolved_unit_is_not_asked():
    gone = make_unit("旧所", dissolved_on=NOON.date())
    with pytest.raises(WrongInput):
        ask(units=[gone])


def test_a_case_is_asked_about_once_at_a_time_and_only_before_its_dispatch():
    case = make_case()
    ask(case)
    with pytest.raises(NotPossible):
        ask(case)
    with pytest.raises(NotPossible):
        ask(make_case(Status.DISPATCHED))
    ask(case, at=LATER + minutes(61))


def test_each_unit_says_it_once_and_the_dispatcher_is_told():
    case = make_case()
    ask(case)
    give_opinion(opinion_of(lighting()), View(would_take=True), by=chen(), at=LATER)
    said = View(would_take=False, why="不在公园红线内。")
    give_opinion(opinion_of(parks()), said, by=zhao(), at=LATER)
    with pytest.raises(NotPossible):
        give_opinion(opinion_of(parks()), View(would_take=True), by=zhao(), at=LATER)
    assert [opinion_of(unit).would_take for unit in (lighting(), parks())] == [True, False]
    codes = [entry.code for entry in entries_about(case.number)]
    assert codes[-3:] == ["consultation.asked", "consultation.opinion", "consultation.opinion"]
    assert Notice.objects.filter(code="consultation.answered").count() == 2
    assert Notice.objects.filter(code="consultation.asked").count() == 2


def test_another_unit_does_not_answer_for_it():
    ask()
    with pytest.raises(NotAllowed):
        give_opinion(opinion_of(lighting()), View(would_take=True), by=zhao(), at=LATER)


def test_not_ours_needs_a_reason():
    ask()
    with pytest.raises(WrongInput):
        give_opinion(opinion_of(parks()), View(would_take=False, why=" "), by=zhao(), at=LATER)


def test_after_the_limit_the_dispatcher_decides():
    ask()
    late = LATER + minutes(61)
    with pytest.raises(NotPossible):
        give_opinion(opinion_of(parks()), View(would_take=True), by=zhao(), at=late)


def test_a_dispatched_case_is_no_longer_asked_about():
    case = make_case()
    ask(case)
    dispatch_case(case.number, lighting(), by=lin(), at=LATER)
    with pytest.raises(NotPossible):
        give_opinion(opinion_of(parks()), View(would_take=True), by=zhao(), at=LATER)
    assert list(opinions_owed(zhao(), at=LATER)) == []


def test_a_unit_reads_the_question_and_nothing_of_the_person():
    case = make_case()
    ask(case)
    client = at_desk(chen())
    pages = [text(client.get("/desk/consultations/"))]
    pages.append(text(client.get(f"/desk/consultations/{opinion_of(lighting()).pk}/")))
    assert all(QUESTION in page for page in pages)
    secrets = ("王阿姨", "138", "槐树街 12 号", case.text, case.title)
    assert [word for word in secrets for page in pages if word in page] == []
    assert client.get(f"/desk/cases/{case.number}/").status_code == 404


def test_the_dispatcher_reads_what_units_said_where_the_case_is_sent():
    case = make_case()
    ask(case)
    give_opinion(
        opinion_of(parks()), View(would_take=False, why="不在红线内。"), by=zhao(), at=LATER
    )
    page = text(at_desk(lin()).get(f"/desk/cases/{case.number}/?step=dispatch"))
    assert "not theirs" in page
    assert "不在红线内。" in page
    assert "has not answered" in page


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_of_questions_costs_no_more_for_many(many, django_assert_max_num_queries):
    for _number in range(many):
        ask()
    client = at_desk(chen())
    with django_assert_max_num_queries(12):
        assert text(client.get("/desk/consultations/")).count(QUESTION) == many

"""Rulings at the desk: who may rule, what a ruling does, and that nothing is passed around."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from huiyin.cases.models import Application, Round, Status
from huiyin.departments.actions import give_post
from huiyin.desk.papers import rulings
from tests.desk.visits import at_desk, press, sent, text
from tests.makers import fresh, hotline, lighting, make_case, make_official, parks, status_of
from tests.people import EVERYBODY, chen, gao, lin, zhao
from tests.photos import photo

pytestmark = pytest.mark.django_db
NOT_OURS = {"ground": "not_our_duty", "reason": "A park lamp."}


def filed(case, step="object", by=None, **words):
    by = by or chen()
    answer = sent(at_desk(by), case, step, **{**NOT_OURS, **words})
    assert answer.status_code == 302, text(answer)
    return Application.objects.filter(case=case).latest("pk")


def rule(application, ruling, by=None, **more):
    address = reverse("desk:ruling", args=[application.pk])
    words = {"ruling": ruling, "words": "Looked at the map.", **more}
    return at_desk(by or lin()).post(address, words)


def test_an_objection_waits_on_the_list_of_the_dispatcher_and_leaves_the_case_where_it_is():
    case = make_case(Status.DISPATCHED)
    filed(case, unit=parks().pk)
    shown = text(at_desk(lin()).get(reverse("desk:rulings")))
    assert case.number in shown
    assert "not our duty" in shown
    assert (fresh(case).unit, status_of(case)) == (lighting(), "dispatched")


@pytest.mark.parametrize(
    ("ruling", "unit", "status", "lead", "designated"),
    [
        ("uphold", "", "dispatched", lighting, False),
        ("redispatch", parks, "dispatched", parks, False),
        ("designate", parks, "dispatched", parks, True),
        ("designate", lighting, "dispatched", lighting, True),
        ("return", "", "received", None, None),
    ],
)
def test_each_ruling_does_what_it_says(ruling, unit, status, lead, designated):
    case = make_case(Status.DISPATCHED)
    due = case.due_at
    application = filed(case)
    answer = rule(application, ruling, unit=unit().pk if unit else "")
    assert answer.status_code == 302, text(answer)
    case = fresh(case)
    assert (case.status, case.unit) == (status, lead() if lead else None)
    if lead:
        assert Round.objects.get(case=case).is_designated == designated
        # An objection does not stop the clock, whatever comes of it.
        assert case.due_at == due


def test_a_designated_unit_can_no_longer_object():
    case = make_case(Status.DISPATCHED)
    rule(filed(case), "designate", unit=parks().pk)
    answer = sent(at_desk(zhao()), case, "object", **NOT_OURS)
    assert (answer.status_code, "designated your unit" in text(answer)) == (409, True)


def test_a_lead_contested_three_times_must_be_designated():
    case = make_case(Status.DISPATCHED)
    rule(filed(case), "redispatch", unit=parks().pk)
    rule(filed(case, by=zhao()), "redispatch", unit=lighting().pk)
    third = filed(case)
    assert rule(third, "redispatch", unit=parks().pk).status_code == 409
    assert rule(third, "return").status_code == 409
    assert Application.objects.get(pk=third.pk).state == "open"
    assert rule(third, "designate", unit=parks().pk).status_code == 302
    assert Round.objects.get(case=case).is_designated


def test_the_unit_that_objects_does_not_rule_even_where_its_officer_dispatches_too():
    case = make_case(Status.DISPATCHED)
    both = make_official("officer", unit=lighting())
    EVERYBODY["dispatcher"]()
    give_post(both, "dispatcher", unit=hotline())
    application = filed(case, by=both)
    assert rule(application, "uphold", by=both).status_code == 403
    assert rule(application, "uphold", by=lin()).status_code == 302


@pytest.mark.parametrize("person", ["operator", "lighting officer", "caller", "supervisor"])
def test_only_a_dispatcher_rules_on_an_objection(person):
    application = filed(make_case(Status.DISPATCHED))
    assert rule(application, "uphold", by=EVERYBODY[person]()).status_code == 403
    assert Application.objects.get(pk=application.pk).state == "open"


def test_a_foreign_application_does_not_exist():
    application = filed(make_case(Status.DISPATCHED))
    address = reverse("desk:ruling", args=[application.pk])
    assert at_desk(zhao()).get(address).status_code == 404


def test_a_second_ruling_is_told_that_nothing_was_changed():
    application = filed(make_case(Status.DISPATCHED))
    rule(application, "uphold")
    again = rule(application, "return")
    assert (again.status_code, status_of(application.case)) == (409, "dispatched")


@pytest.mark.parametrize(
    "missing", [{"ruling": ""}, {"words": " "}, {"ruling": "redispatch", "unit": ""}]
)
def test_a_ruling_without_its_papers_changes_nothing(missing):
    application = filed(make_case(Status.DISPATCHED))
    answer = rule(application, **{"ruling": "uphold", **missing})
    assert answer.status_code == 400
    assert Application.objects.get(pk=application.pk).state == "open"


def test_more_time_is_granted_by_the_supervisor_and_the_first_promise_is_kept():
    case = make_case(Status.IN_HAND)
    promised = case.due_at
    wanted = {"ground": "law", "reason": "Article 12.", "until": "2026-06-01T12:00"}
    application = filed(case, "extend", **wanted)
    assert rule(application, "grant", by=lin()).status_code == 403
    assert rule(application, "grant", by=gao()).status_code == 302
    case, turn = fresh(case), Round.objects.get(case=case)
    assert turn.first_due_at == promised
    assert case.due_at == turn.due_at > promised


def test_more_time_that_is_refused_leaves_the_deadline():
    case = make_case(Status.IN_HAND)
    wanted = {"ground": "law", "reason": "Article 12.", "until": "2026-06-01T12:00"}
    rule(filed(case, "extend", **wanted), "refuse", by=gao())
    assert fresh(case).due_at == case.due_at


def test_a_date_before_the_deadline_is_no_extension():
    case = make_case(Status.IN_HAND)
    wanted = {"ground": "law", "reason": "Article 12.", "until": "2026-03-05T12:00"}
    answer = sent(at_desk(chen()), case, "extend", **wanted)
    assert (answer.status_code, "after the present deadline" in text(answer)) == (400, True)


def test_a_matter_goes_into_the_ledger_with_its_steps_and_comes_out_again():
    case = make_case(Status.IN_HAND)
    wanted = {
        "ground": "money",
        "reason": "No lift before the budget.",
        "until": "2026-12-01T12:00",
        "milestones": "2026-06-01 Money applied for\n2026-09-01 Lift ordered",
    }
    application = filed(case, "ask_to_park", **wanted)
    assert [step["on"] for step in application.asked["milestones"]] == ["2026-06-01", "2026-09-01"]
    assert rule(application, "grant", by=gao()).status_code == 302
    assert status_of(case) == "parked"
    told = {"resident_told": "By phone.", "reply": "The lift runs."}
    assert sent(at_desk(chen()), case, "answer_parked", **told).status_code == 302
    assert status_of(case) == "answered"


def test_a_step_of_the_ledger_without_its_day_is_named():
    case = make_case(Status.IN_HAND)
    wanted = {"ground": "money", "reason": "x", "until": "2026-12-01T12:00", "milestones": "soon"}
    answer = sent(at_desk(chen()), case, "ask_to_park", **wanted)
    assert (answer.status_code, "“soon” is not a step" in text(answer)) == (400, True)


def test_evidence_is_kept_with_the_application():
    case = make_case(Status.DISPATCHED)
    lamp = SimpleUploadedFile("map.jpg", photo(), "image/jpeg")
    application = filed(case, file=lamp)
    assert application.files.count() == 1
    shown = text(at_desk(lin()).get(reverse("desk:ruling", args=[application.pk])))
    assert "map" in shown


def test_an_application_lapses_when_the_unit_answers_after_all():
    case = make_case(Status.DISPATCHED)
    application = filed(case)
    told = {"resident_told": "By phone.", "reply": "Mended."}
    sent(at_desk(chen()), case, "answer_directly", **told)
    assert Application.objects.get(pk=application.pk).state == "lapsed"
    assert rule(application, "return").status_code == 409


def test_the_unit_takes_its_application_back():
    case = make_case(Status.DISPATCHED)
    application = filed(case)
    address = reverse("desk:take_back_paper", args=[application.pk])
    assert at_desk(lin()).post(address).status_code == 403
    assert at_desk(chen()).post(address).status_code == 302
    assert Application.objects.get(pk=application.pk).state == "taken_back"
    assert filed(case).pk != application.pk


def test_what_another_post_rules_on_hides_nothing(monkeypatch):
    monkeypatch.setattr(rulings, "ROWS", 2)
    for _ in range(3):
        filed(make_case(Status.IN_HAND), "extend", ground="law", until="2027-03-01T09:00")
    case = make_case(Status.DISPATCHED)
    filed(case, unit=parks().pk)
    page = text(at_desk(lin()).get(reverse("desk:rulings")))
    assert case.number in page
    found = "".join(
        text(at_desk(gao()).get(reverse("desk:rulings"), {"page": turn})) for turn in (1, 2)
    )
    extended = Application.objects.filter(kind="extension")
    assert all(one.case.number in found for one in extended.select_related("case"))


@pytest.mark.parametrize("rows", [1, 8])
def test_the_list_of_rulings_asks_the_same_few_questions(rows, django_assert_max_num_queries):
    for _ in range(rows):
        filed(make_case(Status.DISPATCHED))
    client = at_desk(lin())
    with django_assert_max_num_queries(12):
        shown = text(client.get(reverse("desk:rulings")))
    assert shown.count("objection to the dispatch") == rows


def test_a_dispatch_is_taken_back_within_minutes_and_not_later(clock):
    case = make_case()
    press(at_desk(lin()), case, "dispatch", unit=parks().pk)
    assert "recall" in text(at_desk(lin()).get(case.get_absolute_url()))
    words = {"reason": "The wrong button.", "unit": lighting().pk}
    assert sent(at_desk(lin()), case, "recall", **words).status_code == 302
    assert fresh(case).unit == lighting()
    clock.later(timedelta(hours=1))
    assert sent(at_desk(lin()), case, "recall", **words).status_code == 409

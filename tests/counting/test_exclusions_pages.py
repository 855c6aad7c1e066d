"""The pages of exclusions and appeals: what is offered, what is shown, and how much is asked."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from huiyin.cases.merging import merge_case
from huiyin.counting.exclusions.models import Exclusion, RulingRun
from huiyin.counting.exclusions.ruling import rule_on
from huiyin.counting.facts.folding import fold
from huiyin.followup.actions import Said, close_case
from huiyin.followup.models import CallBack
from huiyin.office.bulk import copy_objects, draw_ids
from tests.counting.papers import (
    CALLED,
    GRANT,
    LATER,
    asked_exclusion,
    called_case,
    granted_exclusion,
    supervisor,
)
from tests.desk.visits import at_desk, text
from tests.makers import answer, hotline_staff, make_case, parks, twins
from tests.people import chen, gao, lin, song, sun, wu, zhao
from tests.photos import photo, upload

pytestmark = pytest.mark.django_db
NOW = LATER + timedelta(hours=1)
LIST = "/desk/counting/papers/"
PUBLISHED = "/desk/counting/published/?month=2026-03"


@pytest.fixture(autouse=True)
def _clock(monkeypatch, settings):
    settings.LANGUAGE_CODE = "en"
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def page_of(paper) -> str:
    """The address of a paper."""
    return f"{LIST}exclusion/{paper.pk}/"


def test_a_unit_asks_on_the_page_and_what_is_missing_stands_beside_what_was_written():
    case, browser = called_case(), at_desk(chen())
    address = f"/desk/cases/{case.number}/counts/1/exclusion/"
    given = {"ground": "outside_duty", "words": "A dispute between neighbours."}
    wrong = browser.post(address, given)
    assert wrong.status_code == 400
    assert "needs evidence" in text(wrong)
    assert "A dispute between neighbours." in text(wrong)
    done = browser.post(address, {**given, "evidence": upload(photo())})
    assert done.status_code == 302
    paper = Exclusion.objects.get()
    file = paper.files.get()
    assert b"".join(browser.get(f"{page_of(paper)}files/{file.pk}/")).startswith(b"\xff\xd8")


def test_nothing_is_offered_that_would_be_refused():
    paper = asked_exclusion()
    counts = f"/desk/cases/{paper.case.number}/counts/"
    ours = text(at_desk(chen()).get(counts))
    assert "counts/1/exclusion/" not in ours
    assert "counts/1/appeal/" in ours
    others = text(at_desk(gao()).get(counts))
    assert "counts/1/appeal/" not in others


def test_the_words_of_the_resident_stand_beside_what_the_unit_says():
    paper = granted_exclusion()
    for by in (chen(), gao(), song()):
        shown = text(at_desk(by).get(page_of(paper)))
        assert "还是没有解决" in shown
        assert paper.words in shown


def test_no_page_says_that_a_law_names_the_grounds():
    paper = asked_exclusion()
    for address in (page_of(paper), PUBLISHED, f"/desk/cases/{paper.case.number}/counts/1/appeal/"):
        assert "was not found" in text(at_desk(chen()).get(address))


def test_a_foreign_unit_finds_neither_the_paper_nor_its_file():
    paper = asked_exclusion()
    browser = at_desk(zhao())
    assert browser.get(page_of(paper)).status_code == 404
    assert browser.get(f"{page_of(paper)}files/{paper.files.get().pk}/").status_code == 404
    assert browser.get(f"/desk/cases/{paper.case.number}/counts/").status_code == 404


def test_the_second_who_rules_on_the_page_reads_who_was_first():
    paper, first = asked_exclusion(), supervisor()
    rule_on(paper, GRANT, by=first, at=NOW)
    late = at_desk(gao()).post(page_of(paper), {"ruling": "refuse", "words": "No."})
    assert late.status_code == 409
    assert first.name in text(late)


def test_many_are_ruled_on_by_one_press_and_each_says_what_came_of_it():
    papers = [asked_exclusion(), asked_exclusion(called_case(unit=parks()))]
    other = supervisor()
    rule_on(papers[1], GRANT, by=other, at=NOW)
    browser, key = at_desk(gao()), str(uuid.uuid4())
    given = {
        "form_key": key,
        "kind": "exclusion",
        "ruling": "refuse",
        "words": "Not proven.",
        "paper": [paper.pk for paper in papers],
    }
    answer = browser.post(f"{LIST}rule/", given)
    shown = text(browser.get(answer["Location"]))
    assert [each["done"] for each in RulingRun.objects.get().outcomes] == [True, False]
    assert other.name in shown
    assert Exclusion.objects.get(pk=papers[0].pk).state == "refused"
    # The same form a second time finds what it did.
    again = browser.post(f"{LIST}rule/", given)
    assert again["Location"] == answer["Location"]
    assert RulingRun.objects.count() == 1
    assert at_desk(lin()).get(answer["Location"]).status_code == 404


def test_nobody_ticked_and_no_reason_keep_what_was_written():
    asked_exclusion()
    given = {"form_key": str(uuid.uuid4()), "ruling": "refuse", "words": "", "paper": []}
    answer = at_desk(gao()).post(f"{LIST}rule/", given)
    assert answer.status_code == 400
    assert not RulingRun.objects.exists()


def test_published_counts_show_each_unit_beside_its_call_backs():
    granted_exclusion()
    called_case()
    asked_exclusion(called_case(unit=parks()))
    fold(at=NOW)
    for by in (wu(), zhao(), sun()):
        shown = text(at_desk(by).get(PUBLISHED))
        assert "50.0%" in shown
        assert str(parks()) in shown
    found = at_desk(wu()).get("/api/counting/exclusion/counts/?month=2026-03").json()
    units = {row["unit"]: row for row in found["units"]}
    lamps = units["lighting"]
    assert (lamps["asked"], lamps["granted"], lamps["call_backs"], lamps["left_out"]) == (
        1,
        1,
        2,
        1,
    )
    assert (units["parks"]["waiting"], units["parks"]["by_ground"]) == (1, {"outside_duty": 1})
    assert found["all"]["share_left_out"] == pytest.approx(1 / 3)


def test_programs_take_the_same_steps():
    case, unit = called_case(), at_desk(chen())
    given = {
        "case": case.number,
        "round": 1,
        "ground": "outside_duty",
        "words": "Not ours.",
        "evidence": upload(photo()),
    }
    made = unit.post("/api/counting/exclusion/ask/", given)
    assert (made.status_code, made.json()["state"]) == (201, "open")
    address = f"/api/counting/exclusion/{made.json()['paper']}/"
    refused = unit.post(f"{address}rule/", {"ruling": "grant"})
    assert refused.status_code == 403
    assert "supervisor" in refused.json()["problem"]
    ruled = at_desk(gao()).post(f"{address}rule/", {"ruling": "grant", "words": "So it is."})
    assert ruled.json()["granted_at"] == NOW.isoformat()
    listed = unit.get("/api/counting/exclusion/").json()
    assert [row["state"] for row in listed["papers"]] == ["granted"]


@pytest.mark.slow
def test_ten_thousand_papers_are_listed_by_few_questions(django_assert_max_num_queries):
    paper = asked_exclusion()
    cases = twins(paper.case, 10_000)
    many_of(paper, cases)
    browser, unit = at_desk(gao()), at_desk(chen())
    for address in (LIST, f"{LIST}?list=all&page=150", f"{LIST}?list=recheck"):
        with django_assert_max_num_queries(12):
            assert browser.get(address).status_code == 200
    with django_assert_max_num_queries(12):
        assert unit.get(LIST).status_code == 200
    with django_assert_max_num_queries(12):
        assert browser.get(PUBLISHED).status_code == 200
    assert "10001" in text(browser.get(LIST))


def many_of(paper, cases) -> None:
    """The same paper for each of these cases."""
    calls, papers = [], []
    call = paper.call_back
    for case, pk in zip(cases, draw_ids(CallBack, len(cases)), strict=True):
        facts = {f.attname: getattr(call, f.attname) for f in CallBack._meta.concrete_fields}
        calls.append(CallBack(**facts | {"id": pk, "case_id": case.pk}))
        facts = {f.attname: getattr(paper, f.attname) for f in Exclusion._meta.concrete_fields}
        papers.append(Exclusion(**facts | {"case_id": case.pk, "call_back_id": pk}))
    copy_objects(calls)
    for row, pk in zip(papers, draw_ids(Exclusion, len(papers)), strict=True):
        row.pk = pk
    copy_objects(papers)


def test_the_pages_of_one_case_ask_little(django_assert_max_num_queries):
    paper = granted_exclusion()
    browser = at_desk(gao())
    for address in (page_of(paper), f"/desk/cases/{paper.case.number}/counts/"):
        browser.get(address)
        with django_assert_max_num_queries(12):
            assert browser.get(address).status_code == 200


def test_the_page_of_a_case_leads_to_how_it_counts():
    case = called_case(at=CALLED)
    link = reverse("desk:case_counts", args=[case.number])
    assert link in text(at_desk(chen()).get(f"/desk/cases/{case.number}/"))
    assert link not in text(at_desk(lin()).get(f"/desk/cases/{case.number}/"))


def test_the_unit_in_charge_asks_about_a_merged_voice_by_which_it_is_judged():
    parent, child = make_case("in_hand"), make_case("received")
    merge_case(child.number, parent.number, by=hotline_staff(), at=CALLED - timedelta(hours=2))
    answer(parent.number, by=chen(), at=CALLED - timedelta(hours=1))
    said = Said(
        reached=True, contacted=True, solved=True, satisfied="dissatisfied", remark="太慢。"
    )
    close_case(child.number, said, by=hotline_staff(), at=CALLED)
    counts, browser = f"/desk/cases/{child.number}/counts/", at_desk(chen())
    assert "太慢" in text(browser.get(counts))
    given = {"ground": "other_person", "words": "The neighbour answered the call."}
    assert browser.post(f"{counts}1/exclusion/", given).status_code == 302
    paper = Exclusion.objects.get()
    assert browser.get(page_of(paper)).status_code == 200
    assert at_desk(zhao()).get(counts).status_code == 404

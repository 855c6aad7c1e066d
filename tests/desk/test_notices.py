"""What an official is told at the desk, the bell above every page, and messages left unsent."""

import re

import pytest

from huiyin.notices.actions import tell_official, tell_resident, tell_unit
from huiyin.notices.models import Notice, Outward, Sending
from tests.desk.visits import address, at_desk, text
from tests.makers import NOON, lighting, make_case, minutes, parks
from tests.people import chen, gao, he, lin, zhao

pytestmark = pytest.mark.django_db
PAGE, ALL_SEEN, UNSENT = "/desk/notices/", "/desk/notices/seen/", "/desk/notices/unsent/"


@pytest.fixture(name="case")
def _case():
    """A case of the lighting unit, of which nobody has been told yet."""
    case = make_case("dispatched")
    Notice.objects.all().delete()
    return case


def tell(case, unit=None, *, key="1", at=NOON, **facts):
    facts = {"unit": parks(), "task": "槐树街剪枝", "due": NOON + minutes(60)} | facts
    tell_unit("part.called", unit or lighting(), about=case.number, at=at, key=key, facts=facts)


def bell(page: str) -> str:
    """The number beside the bell, or nothing."""
    found = re.search(r"not seen yet:</span> ([0-9+]+)</span>", page)
    return found[1] if found else ""


def test_a_unit_reads_what_it_was_told_and_finds_the_case(case):
    tell(case)
    page = text(at_desk(chen()).get(PAGE))
    assert f"calls your unit to case {case.number}" in page
    assert "槐树街剪枝" in page
    assert f'href="{address(case)}"' in page


def test_a_notice_about_a_case_one_may_not_see_is_its_sentence_and_no_more(case):
    tell(case, parks())
    page = text(at_desk(zhao()).get(PAGE))
    assert f"to case {case.number}" in page
    assert "槐树街剪枝" not in page
    assert address(case) not in page


def test_a_notice_is_read_in_the_language_of_its_reader(case):
    tell(case)
    client = at_desk(chen())
    client.post("/i18n/setlang/", {"language": "zh-hans"})
    assert "吹哨" in text(client.get(PAGE))


def test_the_bell_rings_on_every_page_until_the_notice_is_seen(case):
    tell(case)
    tell_official(
        "handover.given", chen(), about=case.number, at=NOON, key="2", facts={"by": lin()}
    )
    client = at_desk(chen())
    assert [bell(text(client.get(place))) for place in ("/desk/", PAGE, address(case))] == ["2"] * 3
    assert bell(text(at_desk(zhao()).get("/desk/"))) == ""
    pk = Notice.objects.filter(code="part.called").get().pk
    assert client.post(f"{PAGE}{pk}/seen/").status_code == 302
    page = text(client.get(PAGE))
    assert bell(page) == "1"
    assert f"seen by {chen().name}" in page


def test_the_bell_counts_no_further_than_a_person_cares(case):
    for number in range(101):
        tell(case, key=str(number))
    assert bell(text(at_desk(chen()).get("/desk/"))) == "99+"


def test_all_on_the_page_are_marked_at_once_and_what_came_since_is_not(case):
    tell(case)
    client = at_desk(chen())
    upto = re.search(r'name="upto" value="(\d+)"', text(client.get(PAGE)))[1]
    tell(case, key="2")
    assert "Marked as seen: 1." in text(client.post(ALL_SEEN, {"upto": upto}, follow=True))
    assert bell(text(client.get(PAGE))) == "1"


@pytest.mark.parametrize("upto", ["", "x", "٣", "-1"])
def test_marking_all_without_the_page_changes_nothing(case, upto):
    tell(case)
    assert at_desk(chen()).post(ALL_SEEN, {"upto": upto}).status_code == 400
    assert Notice.objects.get().seen_at is None


def test_nobody_marks_what_another_unit_was_told(case):
    tell(case)
    pk = Notice.objects.get().pk
    assert at_desk(zhao()).post(f"{PAGE}{pk}/seen/").status_code == 404
    assert Notice.objects.get().seen_at is None


def test_a_long_list_goes_on_on_the_next_page_without_a_gap(case):
    for number in range(53):
        tell(case, key=str(number), at=NOON + minutes(number // 2))
    client = at_desk(chen())
    first = text(client.get(PAGE))
    following = re.search(r'href="(\?after=[^"]+)" rel="next"', first)[1]
    second = text(client.get(PAGE + following))
    shown = [
        re.findall(r'<li class="stack-small" id="notice-(\d+)"', page) for page in (first, second)
    ]
    assert [len(page) for page in shown] == [50, 3]
    assert len({*shown[0], *shown[1]}) == 53
    assert 'rel="next"' not in second


@pytest.mark.parametrize("after", ["x", "2026-03-04_1", "2026-03-04T12:00:00+08:00_x"])
def test_an_address_of_a_page_that_cannot_be_read_is_refused(after):
    assert at_desk(chen()).get(PAGE, {"after": after}).status_code == 400


def test_a_full_list_takes_few_questions(case, django_assert_max_num_queries):
    for number in range(50):
        tell(case, key=str(number))
    client = at_desk(chen())
    with django_assert_max_num_queries(12):
        client.get(PAGE)


def failed(case, answer="401") -> Notice:
    """A message about a case that the gateway refused."""
    tell_resident("case.answered", about=case.number, at=NOON, key="9")
    notice = Notice.objects.get(code="case.answered")
    Notice.objects.filter(pk=notice.pk).update(outward=Outward.FAILED)
    Sending.objects.create(notice=notice, tries=1, last_at=NOON, answer=answer)
    return notice


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("401", "The gateway answered 401."),
        ("", "The gateway did not answer."),
        ("sealed", "The number is sealed with a key that is missing."),
    ],
)
def test_who_mends_the_way_out_sees_what_was_not_sent_and_why(case, answer, sentence):
    failed(case, answer)
    page = text(at_desk(he()).get(UNSENT))
    assert case.number in page
    assert sentence in page
    assert address(case) not in page
    assert address(case) in text(at_desk(gao()).get(UNSENT))


def test_a_failed_message_is_sent_again_by_whoever_mended_the_fault(case):
    notice = failed(case)
    page = text(at_desk(he()).post(f"{UNSENT}again/", {"notice": [notice.pk, "x"]}, follow=True))
    assert "sent again within a few minutes: 1." in page
    assert Notice.objects.get(pk=notice.pk).outward == Outward.WAITING


def test_a_supervisor_mends_only_what_they_may_see(case):
    notice = failed(case)
    Notice.objects.filter(pk=notice.pk).update(about="HY-of-another-city")
    client = at_desk(gao())
    assert "HY-of-another-city" not in text(client.get(UNSENT))
    client.post(f"{UNSENT}again/", {"notice": notice.pk})
    assert Notice.objects.get(pk=notice.pk).outward == Outward.FAILED


def test_an_officer_has_nothing_to_mend_there(case):
    failed(case)
    assert at_desk(chen()).get(UNSENT).status_code == 403
    assert UNSENT not in text(at_desk(chen()).get(PAGE))
    assert UNSENT in text(at_desk(he()).get(PAGE))

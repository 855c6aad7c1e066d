"""Beside the plain road at the desk: the six ways, repeats, marks, many voices, public matters."""

import re
import uuid

import pytest

from huiyin.cases.merging import children_of
from huiyin.cases.models import Case, Link
from huiyin.cases.residents import ResidentData
from huiyin.intake.marks import Complaint, file_mark, rule_on_mark
from huiyin.logbook.models import Access
from huiyin.logbook.queries import entries_about
from tests.desk.test_take_down import NEW, words
from tests.desk.visits import address, at_desk, press, sent, text
from tests.makers import NOON, fresh, make_case, make_category, minutes, status_of
from tests.people import chen, gao, lin, ma, wu

pytestmark = pytest.mark.django_db
LI = ResidentData(name="李先生", phone="13900139000")


def marked():
    said = Complaint("insults", "三次辱骂。", (NOON + minutes(60 * 24 * 5)).date())
    mark = file_mark(make_case().number, said, by=ma(), at=NOON)
    return rule_on_mark(mark.pk, "属实。", granted=True, by=gao(), at=NOON)


def test_the_words_owed_in_each_way_stand_beside_the_form():
    case = make_case()
    page = text(at_desk(lin()).get(f"{address(case)}?step=redirect"))
    for sentence in ("you lose no right by having asked", "We may not support what is against"):
        assert sentence in page
    for number in ("110", "119", "120", "122"):
        assert number in page
    assert "Stay on the line" in page


def test_left_empty_the_words_of_the_way_are_sent():
    case = make_case()
    press(at_desk(ma()), case, "redirect", route="emergency", reply="")
    step = entries_about(case.number)[-1]
    assert step.details["route"] == "emergency"
    assert "handed it to the emergency service at once" in step.words["reply"]


def test_the_same_matter_needs_the_earlier_number_and_its_state_is_told():
    earlier, case = make_case("in_hand"), make_case(at=NOON + minutes(90))
    client = at_desk(lin())
    wanting = press(client, case, "redirect", route="same_matter", earlier="", reply="")
    assert wanting.status_code == 400
    press(client, case, "redirect", route="same_matter", earlier=earlier.number, reply="")
    told = entries_about(case.number)[-1].words["reply"]
    assert earlier.number in told
    assert "is with 路灯管理所, which must answer by" in told
    assert Link.objects.get(case=case, kind="repeat").other == earlier


def test_the_state_of_another_persons_case_is_not_told():
    other = make_case("in_hand", resident=LI)
    case = make_case(at=NOON + minutes(90))
    press(at_desk(lin()), case, "redirect", route="same_matter", earlier=other.number, reply="")
    assert other.number not in entries_about(case.number)[-1].words["reply"]


def test_while_taking_down_the_open_requests_of_the_number_are_shown_and_nothing_is_lost():
    earlier = make_case("in_hand")
    page = text(at_desk(ma()).post(NEW, words(text="还是不亮!", look="1")))
    assert earlier.number in page
    assert "which must answer by" in page
    assert "还是不亮!" in page
    assert Case.objects.count() == 1
    assert Access.objects.filter(about=earlier.number).exists()


def test_a_repeat_is_linked_in_one_step_and_never_dropped():
    earlier, client = make_case("in_hand"), at_desk(ma())
    there = client.post(NEW, words(text="还是不亮!", repeat_of=earlier.number))
    case = Case.objects.exclude(pk=earlier.pk).get()
    assert (case.status, case.route) == ("redirected", "same_matter")
    assert Link.objects.get(case=case).other == earlier
    assert entries_about(earlier.number)[-1].code == "case.repeated"
    assert there.status_code == 302
    make_case(at=NOON + minutes(200))
    page = text(client.post(NEW, words(text="再问一次", look="1")))
    assert "asked again" not in page or earlier.number in page


def test_a_repeat_of_a_number_that_is_none_is_taken_in_all_the_same():
    at_desk(ma()).post(NEW, words(repeat_of="HY000000-0000000"))
    assert Case.objects.get().status == "received"


def test_the_page_after_taking_down_offers_to_link_with_one_press():
    place = make_category("路灯")
    earlier, client = make_case("in_hand", category=place), at_desk(ma())
    page = text(
        client.get(client.post(NEW, words(category=place.pk, address="槐树街 12 号门前")).url)
    )
    case = Case.objects.exclude(pk=earlier.pk).get()
    assert f"{address(case)}repeat/" in page
    assert "same category and place" in page
    client.post(f"{address(case)}repeat/", {"earlier": earlier.number})
    assert status_of(case) == "redirected"


def test_a_marked_number_warns_the_operator_and_is_taken_in():
    marked()
    client = at_desk(ma())
    assert "This number is marked" in text(client.post(NEW, words(look="1")))
    found = text(client.post("/desk/callers/", {"phone": "138 0013 8000"}))
    assert "This number is marked" in found
    there = client.post(NEW, words(text="家里停水了。"))
    assert "This number is marked" in text(client.get(there.url))
    assert Case.objects.filter(text="家里停水了。", status="received").exists()


def test_a_mark_is_filed_by_one_and_ruled_on_by_another_at_the_desk():
    case, operator, supervisor = make_case(), at_desk(ma()), at_desk(gao())
    until = (NOON + minutes(60 * 24 * 5)).date().isoformat()
    said = {"ground": "insults", "words": "三次辱骂。", "until": until}
    there = operator.post(f"{address(case)}mark/", said)
    assert there.status_code == 302
    verdict = {"act": "grant", "words": "录音属实。"}
    assert operator.post(there.url, verdict).status_code == 400, "not their own"
    assert supervisor.post(there.url, verdict).status_code == 302
    assert operator.post(there.url, {"act": "object", "words": "不是我。"}).status_code == 302
    assert "waits for a ruling" not in text(supervisor.get("/desk/marks/"))
    assert supervisor.post(there.url, {"act": "refuse", "words": "查实。"}).status_code == 302
    assert "lifted" in text(operator.get("/desk/marks/"))


def test_many_cases_are_merged_at_once_with_an_outcome_for_each_row():
    parent, over = make_case("in_hand"), make_case("closed")
    like = [make_case(at=NOON + minutes(n)) for n in range(5)]
    client = at_desk(lin())
    page = text(client.get(f"{address(parent)}voices/"))
    assert all(case.number in page for case in like)
    assert over.number not in page
    said = {
        "form_key": str(uuid.uuid4()),
        "case": [case.number for case in like],
        "numbers": over.number,
    }
    there = client.post(f"{address(parent)}voices/", said)
    assert set(children_of(parent)) == set(like)
    result = text(client.get(there.url))
    assert "done: 5" in result
    assert "not done: 1" in result
    again = client.post(f"{address(parent)}voices/", said)
    assert again.url == there.url, "a second press finds the first"


def test_the_page_of_the_worked_case_lists_words_and_places_and_no_persons():
    parent = make_case("in_hand")
    child = make_case(text="夜里三点还在打桩。", address="柳树街 3 号", resident=LI)
    press(at_desk(lin()), child, "merge", into=parent.number)
    page = text(at_desk(chen()).get(address(parent)))
    assert "夜里三点还在打桩。" in page
    assert "柳树街 3 号" in page
    assert "李先生" not in page
    assert child.number in page
    assert f'href="{address(child)}"' not in page, "the unit opens none of them"
    assert f'href="{address(child)}"' in text(at_desk(lin()).get(address(parent)))


def test_on_the_merge_form_a_like_case_is_picked_with_one_press():
    parent, case = make_case("in_hand"), make_case()
    kind = make_category("噪声")
    Case.objects.update(category=kind)
    page = text(at_desk(lin()).get(f"{address(case)}?step=merge"))
    assert "Merge many cases into this one" in page
    assert sent(at_desk(lin()), case, "merge", into=parent.number).status_code == 302
    assert fresh(case).parent == parent
    press(at_desk(ma()), case, "split", reason="另一处。")
    assert status_of(case) == "received"


def test_an_operator_writes_the_public_words_and_ends_them(settings):
    settings.PUBLIC_MATTERS = True
    case, client = make_case("in_hand"), at_desk(ma())
    said = {"title": "夜间施工", "summary": "多位居民反映，正在处理。", "is_checked": "on"}
    assert client.post(f"{address(case)}public/", said | {"is_checked": ""}).status_code == 400
    assert client.post(f"{address(case)}public/", said).status_code == 302
    assert "夜间施工" in text(client.get("/public/"))
    client.post(f"{address(case)}public/", {"end": "1"})
    assert "夜间施工" not in text(client.get("/public/"))
    assert at_desk(lin()).get(f"{address(case)}public/").status_code == 403
    assert at_desk(wu()).get(f"{address(case)}public/").status_code == 404


@pytest.mark.parametrize("page", ["voices/", "?step=redirect", "?step=merge"])
def test_the_pages_cost_few_queries(page, django_assert_max_num_queries):
    case = make_case()
    for n in range(5):
        make_case(at=NOON + minutes(n))
    client = at_desk(lin())
    client.get(address(case))
    with django_assert_max_num_queries(25):
        assert re.search("<h1>", text(client.get(f"{address(case)}{page}")))

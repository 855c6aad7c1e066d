"""The pages of joint work: what they offer to whom, and how little they ask of the database."""

import pytest

from huiyin.cases.models import AssignmentRole
from huiyin.cases.parts import Task, ask_for_part, finish_part
from huiyin.dispatch.models import Duty, Stance
from tests.desk.visits import address, at_desk, text
from tests.makers import make_category, make_unit, minutes
from tests.people import gao
from tests.replies.street import BEGUN, case_of, make_street, whistled

pytestmark = pytest.mark.django_db
QUERIES = 12
LATER = BEGUN + minutes(30)
MARKS = {"arrival": "5", "work": "4", "cooperation": "5"}


@pytest.fixture
def town(clock):
    clock.later(minutes(90))
    return make_street()


def acts_offered(page, part):
    """The acts for which the page of a case has a button or a link with this part."""
    acts = ("accept", "arrive", "report", "refuse", "release", "mark_called", "mark_caller")
    return {act for act in acts if f"/parts/{part.pk}/{act}/" in page}


def test_the_page_offers_each_side_what_it_may_do(town):
    case, parts = whistled(town, "fire", "market")
    part = parts["fire"]
    offered = {
        "fire": {"accept", "arrive", "report", "refuse"},
        "street": {"arrive", "release"},
        "market": set(),
    }
    for who, acts in offered.items():
        page = text(at_desk(town.officer(who)).get(address(case)))
        assert acts_offered(page, part) == acts, who
        assert ("/whistle/" in page) == (who == "street")
    finish_part(case.number, part.pk, "已清。", by=town.officer("fire"), at=LATER)
    ended = {"fire": {"mark_caller"}, "street": {"mark_called"}, "market": set()}
    for who, acts in ended.items():
        page = text(at_desk(town.officer(who)).get(address(case)))
        assert acts_offered(page, part) == acts, who


def test_what_is_offered_can_be_done_and_what_is_not_is_refused(town):
    case, parts = whistled(town, "fire", "market")
    part = parts["fire"]
    for who in ("fire", "street", "market"):
        desk = at_desk(town.officer(who))
        offered = acts_offered(text(desk.get(address(case))), part)
        for act in ("accept", "arrive", "report", "refuse", "release", "mark_called"):
            opened = desk.get(f"{address(case)}parts/{part.pk}/{act}/").status_code
            assert (opened == 200) == (act in offered), (who, act)


def test_a_part_of_another_case_does_not_exist_here(town):
    case, _ = whistled(town, "fire")
    _, others = whistled(town, "power")
    desk = at_desk(town.officer())
    assert desk.post(f"{address(case)}parts/{others['power'].pk}/release/").status_code == 404
    assert (
        desk.get(f"{address(case)}whistles/{others['power'].called.whistle_id}/").status_code == 404
    )


def test_the_answer_asks_why_only_where_a_part_is_open(town):
    case, _ = whistled(town, "fire")
    other = case_of(town)
    desk = at_desk(town.officer())
    assert "without_parts" in text(desk.get(f"{address(case)}?step=answer"))
    assert "without_parts" not in text(desk.get(f"{address(other)}?step=answer"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"units": []}, "Choose at least one unit"),
        ({"report_by": "2026-03-04T12:00"}, "in the future"),
        ({"due_at": "2026-03-04T13:45"}, "cannot be due before"),
        ({"units": ["0"]}, "Select a valid choice"),
    ],
    ids=str,
)
def test_a_whistle_that_cannot_be_blown_keeps_what_was_typed(town, wrong, said):
    case = case_of(town)
    form = {
        "what_for": "联合检查夜市。",
        "units": [town.called["fire"].pk],
        "place_words": "夜市东口",
        "report_by": "2026-03-04T14:30",
        "due_at": "2026-03-05T12:00",
    }
    page = at_desk(town.officer()).post(f"{address(case)}whistle/", form | wrong)
    assert (page.status_code, said in text(page)) == (400, True)
    assert "联合检查夜市。" in text(page)


def test_a_unit_finds_what_it_owes_with_the_next_due_first(town):
    late, _ = whistled(town, "fire", due_at=BEGUN + minutes(3000))
    soon, _ = whistled(town, "fire", due_at=BEGUN + minutes(300))
    page = text(at_desk(town.officer("fire")).get("/desk/joint/"))
    assert page.index(soon.number) < page.index(late.number)
    assert soon.number not in text(at_desk(town.officer("market")).get("/desk/joint/"))
    assert soon.number in text(at_desk(town.officer()).get("/desk/joint/?list=asked"))
    assert soon.number in text(at_desk(gao()).get("/desk/joint/"))


def test_what_was_marked_is_off_the_list_of_that_side_only(town):
    case, parts = whistled(town, "fire")
    part = parts["fire"]
    finish_part(case.number, part.pk, "已清。", by=town.officer("fire"), at=LATER)
    street, fire = at_desk(town.officer()), at_desk(town.officer("fire"))
    assert street.post(f"{address(case)}parts/{part.pk}/mark_called/", MARKS).status_code == 302
    assert case.number not in text(street.get("/desk/joint/?list=mark"))
    assert case.number in text(fire.get("/desk/joint/?list=mark"))


def test_the_pages_of_joint_work_ask_little_of_the_database(town, django_assert_max_num_queries):
    for _ in range(6):
        case, parts = whistled(town, "fire", "market", "power", "housing", is_field=True)
    whistle = parts["fire"].called.whistle_id
    desk, by = at_desk(town.officer()), at_desk(gao())
    pages = (
        "/desk/joint/?list=asked",
        f"{address(case)}whistle/",
        f"{address(case)}hand-down/",
        f"{address(case)}whistles/{whistle}/",
        f"{address(case)}parts/{parts['fire'].pk}/arrive/",
    )
    for page in pages:
        desk.get(page)
        with django_assert_max_num_queries(QUERIES):
            assert desk.get(page).status_code == 200
    with django_assert_max_num_queries(QUERIES):
        assert by.get("/desk/joint/?list=overseen").status_code == 200


def test_parts_cost_the_page_of_a_case_no_query_each(town, django_assert_max_num_queries):
    case, parts = whistled(town, *town.called)
    for name in ("fire", "market", "patrol"):
        finish_part(case.number, parts[name].pk, "已清。", by=town.officer(name), at=LATER)
        view = f"{address(case)}parts/{parts[name].pk}/mark_called/"
        assert at_desk(town.officer()).post(view, MARKS).status_code == 302
    few, _ = whistled(town, "power")
    desk = at_desk(gao())
    desk.get(address(few))
    with django_assert_max_num_queries(100) as with_one:
        desk.get(address(few))
    with django_assert_max_num_queries(len(with_one) + 1):
        desk.get(address(case))


def test_work_is_handed_down_from_the_page_of_a_part_too(town):
    category = make_category()
    Duty.objects.create(unit_level="community", category=category, stance=Stance.LEAD)
    case = case_of(town, category=category)
    make_unit("第三网格", parent=town.community)
    task = Task("上门。", BEGUN + minutes(600))
    below = AssignmentRole.BELOW
    ask_for_part(case.number, town.community, task, role=below, by=town.officer(), at=BEGUN)
    page = text(at_desk(town.officer("community")).get(f"{address(case)}hand-down/"))
    assert ("第三网格" in page, "供电公司" in page) == (True, False)
    assert at_desk(town.officer("fire")).get(f"{address(case)}hand-down/").status_code == 404

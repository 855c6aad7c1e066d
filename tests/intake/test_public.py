"""A matter made public in the hotline's words: followed with a code, joined with “me too”."""

import pytest

from huiyin.cases.merging import children_of, merge_case
from huiyin.cases.opening import Wish
from huiyin.cases.residents import ResidentData, resident_of
from huiyin.intake.models import Follower, PublicMatter
from huiyin.intake.public import (
    Wording,
    end_matter,
    follow_matter,
    join_matter,
    matter_followed_with,
    open_matter,
    public_matters,
)
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from tests.makers import NOON, answer, fresh, make_case, minutes, status_of
from tests.people import chen, lin, ma

pytestmark = pytest.mark.django_db
OWN = Wording("槐树街夜间施工扰民", "多位居民反映夜间施工，正在处理。", is_checked=True)
LI = ResidentData(name="李先生", phone="13900139000")


@pytest.fixture(autouse=True)
def _with_public_matters(settings):
    settings.PUBLIC_MATTERS = True


def opened(case=None, said=OWN) -> PublicMatter:
    return open_matter((case or make_case("in_hand")).number, said, by=ma(), at=NOON)


def too(words="我家也吵。", who=LI) -> Wish:
    return Wish(text=words, request_kind="complaint", channel="web", resident=who)


def test_only_the_hotline_makes_a_case_public():
    case = make_case("in_hand")
    for other in (chen(), lin()):
        with pytest.raises(NotAllowed):
            open_matter(case.number, OWN, by=other, at=NOON)
    assert not public_matters().exists()


@pytest.mark.parametrize(
    "said",
    [
        Wording("夜间施工", "正在处理。"),
        Wording("", "正在处理。", is_checked=True),
        Wording("夜间施工", "请联系 138 0013 8000。", is_checked=True),
        Wording("夜间施工", "市民说:槐树街的路灯三天不亮了,晚上走路看不清。", is_checked=True),
    ],
    ids=["not checked", "no title", "a telephone", "the resident's own text"],
)
def test_what_could_name_somebody_is_not_made_public(said):
    with pytest.raises(WrongInput):
        opened(said=said)
    assert not PublicMatter.objects.exists()


def test_a_confidential_case_is_never_public():
    with pytest.raises(NotPossible):
        opened(make_case("in_hand", is_confidential=True))


def test_a_city_that_did_not_switch_it_on_has_no_public_matters(settings):
    opened()
    settings.PUBLIC_MATTERS = False
    assert not public_matters().exists()
    with pytest.raises(NotPossible):
        opened()


def test_a_code_follows_the_matter_however_it_is_typed():
    matter = opened()
    code = follow_matter(matter, at=NOON).code
    typed = f"{code[:4].lower()}-{code[4:8]} {code[8:]}"
    assert matter_followed_with(typed) == matter
    with pytest.raises(NotFound):
        matter_followed_with("0" * 12)
    fields = {field.name for field in Follower._meta.concrete_fields}
    assert fields == {"id", "matter", "code", "at"}, "nothing of a person is kept"


def test_me_too_is_a_request_of_ones_own_that_is_worked_together():
    matter = opened()
    case = join_matter(matter, too(), at=NOON + minutes(200))
    assert (case.status, case.parent) == ("merged", matter.case)
    assert resident_of(case, by=ma(), at=NOON, why="x").phone == LI.phone
    assert list(children_of(matter.case)) == [case]


def test_me_too_goes_to_the_case_that_the_public_one_was_merged_into():
    matter, bigger = opened(), make_case("in_hand")
    merge_case(matter.case.number, bigger.number, by=lin(), at=NOON + minutes(90))
    case = join_matter(PublicMatter.objects.get(), too(), at=NOON + minutes(200))
    assert case.parent == bigger


def test_me_too_after_the_answer_is_taken_in_and_goes_its_own_way():
    matter = opened()
    answer(matter.case.number, by=chen(), at=NOON + minutes(90))
    case = join_matter(PublicMatter.objects.get(), too(), at=NOON + minutes(200))
    assert (status_of(case), fresh(case).parent) == ("received", None)


def test_a_matter_that_ended_is_on_no_page():
    matter = opened()
    code = follow_matter(matter, at=NOON).code
    end_matter(matter.case.number, by=ma(), at=NOON)
    assert not public_matters().exists()
    with pytest.raises(NotFound):
        matter_followed_with(code)
    with pytest.raises(NotPossible):
        end_matter(matter.case.number, by=ma(), at=NOON)

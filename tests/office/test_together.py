"""Several querysets in one question give what each would give by itself."""

from datetime import timedelta

import pytest

from huiyin.cases.models import Assignment, Case, Resident, Round
from huiyin.departments.models import Official, PostHeld, Unit
from huiyin.office.together import Blank, Question, together
from tests.makers import WANG, lighting, make_case, make_category

pytestmark = pytest.mark.django_db
QUERYSETS = [
    lambda: Case.objects.order_by("pk"),
    lambda: Case.objects.select_related("unit", "category", "resident", "parent").order_by("-pk"),
    lambda: Case.objects.only("number", "received_at").order_by("received_at", "-pk"),
    lambda: Round.objects.select_related("unit").order_by("case_id", "number"),
    lambda: Assignment.objects.select_related("unit", "asked_by", "sent_by").order_by("pk"),
    lambda: Resident.objects.order_by("pk"),
    lambda: PostHeld.objects.select_related("official", "unit").order_by("pk"),
    lambda: Unit.objects.filter(name__contains="%管理_'\"\\").order_by("pk"),
    lambda: Unit.objects.filter(pk__in=Unit.objects.values("pk")).order_by("sort_key", "pk")[:2],
]


def told(rows, depth=2):
    """Every column of every row, and of what came along with it."""
    return [{name: said(value, depth) for name, value in vars(row).items()} for row in rows]


def said(value, depth):
    if not hasattr(value, "fields_cache"):
        return bytes(value) if isinstance(value, memoryview) else value
    found = value.fields_cache if depth else {}
    return {name: told([one], depth - 1)[0] if one else None for name, one in found.items()}


@pytest.fixture
def a_city():
    make_case("closed", resident=WANG, category=make_category("路灯 “%s” \\ %"))
    make_case("merged", text="字符 ' \" \\ %s \t 与\n换行", longitude=116.5, latitude=39.25)
    make_case("parked", unit=lighting())


@pytest.mark.usefixtures("a_city")
def test_each_queryset_gives_what_it_would_give_by_itself(django_assert_num_queries):
    alone = [told(make()) for make in QUERYSETS]
    with django_assert_num_queries(1):
        rows = together(*(make() for make in QUERYSETS))
    assert [told(part) for part in rows] == alone
    assert [len(part) for part in alone].count(0) == 1


def test_no_rows_are_an_empty_list():
    cases = Case.objects.filter(pk=-1), Case.objects.none(), Case.objects.filter(pk__in=[])
    assert together(Official.objects.filter(pk=-1), *cases) == [[], [], [], []]


@pytest.mark.usefixtures("a_city")
def test_a_question_is_compiled_once_and_asked_with_other_values():
    case, at = Blank("case"), Blank("at")
    question = Question(
        Round.objects.filter(case_id=case).order_by("number"),
        Case.objects.filter(pk=case, received_at__lte=at).only("number"),
        Case.objects.none(),
        Case.objects.exclude(pk=case).order_by("pk")[:1],
    )
    for one in Case.objects.all():
        rounds, found, none, others = question.ask(case=one.pk, at=one.received_at)
        assert rounds == list(one.rounds.order_by("number"))
        assert (found, none) == ([one], [])
        assert others == list(Case.objects.exclude(pk=one.pk).order_by("pk")[:1])
        assert question.ask(case=one.pk, at=one.received_at - timedelta(seconds=1))[1] == []


def test_a_value_that_was_not_given_is_missed():
    with pytest.raises(KeyError, match="case"):
        Question(Round.objects.filter(case_id=Blank("case"))).ask()

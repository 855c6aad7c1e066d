"""What bulk writing promises: rows made quickly are the rows that Django makes."""

import pytest

from huiyin.cases.models import Assignment, Case, Resident, Round
from huiyin.followup.models import CallBack
from huiyin.office.bulk import bare, copy_objects, draw_ids
from tests.makers import NOON, hotline, lighting, make_case

pytestmark = pytest.mark.django_db


def values_of(row) -> dict[str, object]:
    return {field.attname: row.__dict__[field.attname] for field in row._meta.concrete_fields}


def test_a_bare_row_holds_what_a_row_made_by_django_holds():
    case = make_case()
    facts = {"case": case, "number": 2, "unit": lighting(), "due_at": NOON}
    assert values_of(bare(Round, **facts)) == values_of(Round(**facts))


@pytest.mark.parametrize("model", [Case, Round, Assignment, CallBack])
def test_a_bare_row_begins_with_the_defaults_of_its_model(model):
    assert values_of(bare(model)) == values_of(model())


def test_each_bare_row_has_defaults_of_its_own():
    one, other = bare(Round), bare(Round)
    assert one.basis is not other.basis
    assert bare(Resident).pk != bare(Resident).pk


def test_a_bare_row_knows_what_it_belongs_to_without_asking(django_assert_num_queries):
    unit = lighting()
    with django_assert_num_queries(0):
        turn = bare(Round, unit=unit, case=None)
        assert (turn.unit, turn.unit_id) == (unit, unit.pk)


def test_a_bare_row_is_saved_as_any_other():
    turn = bare(Round, case=make_case(), number=1, unit=lighting())
    turn.save()
    assert Round.objects.get(pk=turn.pk).unit == lighting()


def test_copied_rows_are_read_back_as_they_were_written():
    case = make_case()
    basis = {"规则": ["五个工作日", 5, None, True]}
    turn = bare(Round, case=case, number=7, unit=hotline(), started_at=NOON, basis=basis)
    turn.solved, turn.reply = False, "一行\t\\N\n两行"
    turn.pk = draw_ids(Round, 1)[0]
    copy_objects([turn])
    assert values_of(Round.objects.get(pk=turn.pk)) == values_of(turn)


def test_a_copied_row_counts_as_saved():
    turn = bare(Round, case=make_case(), number=7)
    turn.pk = draw_ids(Round, 1)[0]
    copy_objects([turn])
    turn.reply = "later"
    turn.save()
    assert Round.objects.get(pk=turn.pk).reply == "later"


def test_copying_nothing_does_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        copy_objects([])

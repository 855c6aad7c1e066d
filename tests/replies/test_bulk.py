"""One step with many cases: each row stands for itself, and a second press finds what was done."""

import uuid

import pytest

from huiyin.cases.models import Round, Status
from huiyin.departments.models import Post
from huiyin.logbook.queries import accesses_about, entries_about
from huiyin.office.problems import NotFound, WrongInput
from huiyin.replies import bulk as bulk_module
from huiyin.replies.bulk import Bulk, finish_bulk, run_of, start_bulk
from huiyin.replies.handlers import handlers_of
from huiyin.replies.models import BulkRow, BulkRun, Watch
from huiyin.replies.rules import MOST_IN_BULK
from tests.makers import NOON, lighting, make_case, minutes, official_once, parks, status_of
from tests.people import WANG, chen, lin, zhao

pytestmark = pytest.mark.django_db
AT = NOON + minutes(90)


def do(act, cases, by=None, key=None, **papers):
    """Press the button, and read what came of each row."""
    by = by or chen()
    numbers = [case if isinstance(case, str) else case.number for case in cases]
    run = start_bulk(Bulk(key or uuid.uuid4(), act, numbers, papers), by=by, at=AT)
    finish_bulk(run, by=by, at=AT)
    return [(row.is_done, row.sentence) for row in run.rows.order_by("position")]


def test_each_row_is_done_or_says_why_not_and_no_row_hinders_another():
    good, answered, foreign = (
        make_case(Status.DISPATCHED),
        make_case(Status.ANSWERED),
        make_case(Status.DISPATCHED, unit=parks()),
    )
    last = make_case(Status.DISPATCHED)
    rows = do("accept", [good, answered, foreign, "HY000000-0000001", last])
    assert [done for done, _why in rows] == [True, False, False, False, True]
    assert all(why for done, why in rows if not done)
    assert [status_of(one) for one in (good, last)] == [Status.IN_HAND] * 2
    assert status_of(foreign) == Status.DISPATCHED


def test_an_answer_is_filled_in_for_each_case():
    cases = [make_case(Status.IN_HAND), make_case(Status.IN_HAND, address="柳树街 3 号")]
    rows = do("answer", cases, resident_told="已电话告知{工单编号}", reply="{地点}的路灯已修好。")
    assert rows == [(True, "")] * 2
    replies = [Round.objects.get(case=case).reply for case in cases]
    assert replies == ["槐树街 12 号门前的路灯已修好。", "柳树街 3 号的路灯已修好。"]
    assert entries_about(cases[1].number)[-1].words["resident_told"].endswith(cases[1].number)


def test_a_confidential_case_does_not_name_its_resident_in_a_bulk_answer():
    plain = make_case(Status.IN_HAND)
    kept = make_case(Status.IN_HAND, is_confidential=True)
    do("answer", [plain, kept], resident_told="已告知", reply="{诉求人}您好")
    assert Round.objects.get(case=plain).reply == f"{WANG.name}您好"
    assert WANG.name not in Round.objects.get(case=kept).reply


def test_a_second_press_with_the_same_form_does_nothing_twice():
    case, key = make_case(Status.IN_HAND), uuid.uuid4()
    do("tell_resident", [case], key=key, resident_told="已告知")
    before = len(entries_about(case.number))
    assert do("tell_resident", [case], key=key, resident_told="已告知") == [(True, "")]
    assert len(entries_about(case.number)) == before


def test_a_run_that_broke_off_goes_on_with_what_is_left(monkeypatch):
    cases, key = [make_case(Status.DISPATCHED) for _ in range(3)], uuid.uuid4()
    real = bulk_module.ACTS["accept"]

    def breaks(turn):
        if turn.case.number == cases[1].number:
            raise ConnectionError
        real(turn)

    monkeypatch.setitem(bulk_module.ACTS, "accept", breaks)
    with pytest.raises(ConnectionError):
        do("accept", cases, key=key)
    assert [row.is_done for row in BulkRow.objects.order_by("position")] == [True, None, None]
    monkeypatch.setitem(bulk_module.ACTS, "accept", real)
    assert do("accept", cases, key=key) == [(True, "")] * 3


def test_a_key_belongs_to_who_used_it_first():
    case, key = make_case(Status.DISPATCHED), uuid.uuid4()
    do("accept", [case], key=key)
    with pytest.raises(NotFound):
        do("accept", [case], key=key, by=lin())
    with pytest.raises(NotFound):
        run_of(key, by=lin())


def test_many_cases_get_one_handler_and_are_watched():
    cases = [make_case(Status.DISPATCHED) for _ in range(2)]
    li = official_once("li", "李红", Post.OFFICER, unit=lighting())
    assert do("handler", cases, handler=str(li.pk)) == [(True, "")] * 2
    assert [one.official for case in cases for one in handlers_of(case)] == [li, li]
    assert do("watch", cases) == [(True, "")] * 2
    assert Watch.objects.filter(official=chen()).count() == 2
    assert [done for done, _why in do("handler", cases, by=zhao(), handler=str(li.pk))] == [
        False
    ] * 2


@pytest.mark.parametrize(
    ("act", "papers"),
    [
        ("answer", {}),
        ("answer", {"reply": "{没有这个}"}),
        ("tell_resident", {"resident_told": "  "}),
        ("handler", {}),
        ("close", {}),
        ("accept", {"reply": "字" * 2001}),
    ],
)
def test_what_no_row_could_use_is_refused_before_the_first(act, papers):
    case = make_case(Status.IN_HAND)
    with pytest.raises(WrongInput):
        do(act, [case], **papers)
    assert not BulkRun.objects.exists()


def test_a_run_has_at_least_one_row_and_not_too_many():
    for numbers in ([], [f"HY{n}" for n in range(MOST_IN_BULK + 1)]):
        with pytest.raises(WrongInput):
            do("accept", numbers)


def test_a_case_that_was_ticked_twice_is_worked_once():
    case = make_case(Status.IN_HAND)
    assert do("tell_resident", [case, case], resident_told="已告知") == [(True, "")]


def test_a_row_that_the_other_press_has_done_meanwhile_is_not_done_again(monkeypatch):
    cases, key = [make_case(Status.IN_HAND) for _ in range(2)], uuid.uuid4()
    real, presses = bulk_module.ACTS["tell_resident"], []

    def other_press_comes(turn):
        presses.append(turn.case.number)
        if len(presses) == 1:
            # While this press is at its first row, the other one does the second.
            row = BulkRow.objects.get(number=cases[1].number)
            bulk_module._take_row(row.pk, row.run, by=chen(), at=AT)
        real(turn)

    monkeypatch.setitem(bulk_module.ACTS, "tell_resident", other_press_comes)
    rows = do("tell_resident", cases, key=key, resident_told="已告知")
    assert rows == [(True, "")] * 2
    assert sorted(presses) == sorted(case.number for case in cases)


def test_a_row_that_was_not_done_leaves_nothing_behind():
    over = make_case(Status.CLOSED)
    rows = do("answer", [over], resident_told="已告知", reply="{诉求人}您好")
    assert [done for done, _why in rows] == [False]
    assert not accesses_about(over.number).exists()

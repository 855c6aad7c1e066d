"""Residents' data is sealed: read by one function that writes who looked, and why."""

import pytest
from django.db import connection

from huiyin.cases.models import Case, Resident, Status
from huiyin.cases.residents import ResidentData, phone_index, resident_of, sealed_resident
from huiyin.logbook.queries import accesses_about, accesses_by
from huiyin.office.problems import NotAllowed, NotFound, NotPossible
from tests.makers import NOON, WANG, make_case
from tests.people import EVERYBODY, sun

pytestmark = pytest.mark.django_db
OUYANG = ResidentData("欧阳秀珍", "13912345678", "桂花巷 7 号", "ouyang@example.cn")
OUYANG_WORDS = ("欧阳秀珍", "13912345678", "桂花巷", "ouyang@")


def look(case, by=None):
    return resident_of(Case.objects.get(pk=case.pk), by=by or sun(), at=NOON, why="calls back")


def test_what_the_resident_told_is_read_back_whole():
    assert look(make_case(resident=WANG)) == WANG


def test_nothing_of_the_resident_stands_in_any_table_in_clear():
    make_case(
        Status.CLOSED, resident=ResidentData("王阿姨", "13800138000", "槐树街", "w@example.cn")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_name ~ '^(cases|logbook|followup)_'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")  # noqa: S608
            text = cursor.fetchone()[0]
            assert not [word for word in OUYANG_WORDS if word in text]


def test_every_look_is_written_down_with_who_when_and_why():
    case, by = make_case(), sun()
    look(case, by)
    entry = accesses_about(case.number).get()
    assert (entry.official_id, entry.at, entry.why) == (by.pk, NOON, "calls back")
    assert list(accesses_by(by.pk)) == [entry]


def test_a_failed_look_is_written_down_too():
    case = make_case()
    Resident.objects.filter(pk=case.resident_id).update(sealed=b"x" * 40)
    with pytest.raises(NotPossible):
        look(case)
    assert accesses_about(case.number).count() == 1


@pytest.mark.parametrize("place", [0, 5, 12, 20, -1])
def test_a_changed_byte_is_noticed(place):
    case = make_case()
    row = Resident.objects.get(pk=case.resident_id)
    sealed = bytearray(row.sealed)
    sealed[place] ^= 1
    Resident.objects.filter(pk=row.pk).update(sealed=bytes(sealed))
    with pytest.raises(NotPossible, match=r"解密|does not open"):
        look(case)


def test_a_sealed_text_moved_to_another_case_does_not_open():
    mine, other = make_case(), make_case(resident=ResidentData(name="李先生"))
    sealed = Resident.objects.get(pk=other.resident_id).sealed
    Resident.objects.filter(pk=mine.resident_id).update(sealed=sealed)
    with pytest.raises(NotPossible):
        look(mine)


def test_a_wrong_key_opens_nothing(settings):
    case = make_case()
    name = next(iter(settings.DATA_KEYS))
    settings.DATA_KEYS = {name: bytes(32)}
    with pytest.raises(NotPossible):
        look(case)


def test_a_lost_key_is_named(settings):
    case = make_case()
    settings.DATA_KEYS = {"another": bytes(32)}
    name = Resident.objects.get(pk=case.resident_id).key_name
    with pytest.raises(NotPossible, match=name):
        look(case)


def test_a_new_key_seals_while_the_old_one_still_opens(settings):
    old = make_case()
    settings.DATA_KEYS = {"newer": b"n" * 32} | settings.DATA_KEYS
    new = make_case()
    assert Resident.objects.get(pk=new.resident_id).key_name == "newer"
    assert look(old) == look(new) == WANG


def test_a_new_key_does_not_make_callers_strangers(settings):
    before = phone_index(WANG.phone)
    settings.DATA_KEYS = {"newer": b"n" * 32} | settings.DATA_KEYS
    assert phone_index(WANG.phone) == before


def test_erased_data_is_said_to_be_erased():
    case = make_case()
    Resident.objects.filter(pk=case.resident_id).update(sealed=None, erased_at=NOON)
    with pytest.raises(NotPossible):
        look(case)


def test_a_case_without_a_person_says_so_and_logs_no_look():
    case = make_case(resident=ResidentData())
    assert case.resident is None
    with pytest.raises(NotFound):
        look(case)
    assert not accesses_about(case.number).exists()


@pytest.mark.parametrize(
    "written",
    ["138 0013 8000", "138-0013-8000", "+86 13800138000", "008613800138000", " 13800138000"],
)
def test_the_same_phone_written_any_way_is_the_same_caller(written):
    assert phone_index(written) == phone_index("13800138000")


@pytest.mark.parametrize("written", ["13800138001", "1380013800", "38000138000", "8613800138"])
def test_another_phone_is_another_caller(written):
    assert phone_index(written) not in {None, phone_index("13800138000")}


@pytest.mark.parametrize("written", ["", "  ", "unknown", "无"])
def test_no_number_is_nobodys_index(written):
    assert phone_index(written) is None


def test_the_index_does_not_contain_the_number():
    assert b"13800138000" not in phone_index("13800138000")


def test_sealing_the_same_words_twice_looks_different_each_time():
    assert sealed_resident(WANG).sealed != sealed_resident(WANG).sealed


@pytest.mark.parametrize("person", ["operator", "dispatcher", "caller", "supervisor"])
def test_the_hotline_may_learn_who_asked_to_stay_unnamed(person):
    case = make_case(Status.ANSWERED, is_confidential=True)
    assert look(case, EVERYBODY[person]()) == WANG


@pytest.mark.parametrize("person", ["lighting officer", "leader"])
def test_nobody_else_learns_who_asked_to_stay_unnamed(person):
    case = make_case(Status.ANSWERED, is_confidential=True)
    with pytest.raises(NotAllowed):
        look(case, EVERYBODY[person]())
    assert not accesses_about(case.number).exists()

"""Writing the catalogue: drafts, putting in force, sheets there and back, looking it over."""

import io
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.dispatch.book import book_of
from huiyin.dispatch.catalogue import (
    put_in_force,
    remove_line,
    replace_lines,
    set_line,
    start_draft,
    take_back,
)
from huiyin.dispatch.checking import differences, findings_of, gaps_of
from huiyin.dispatch.choosing import chooser_for
from huiyin.dispatch.duty_sheet import duty_sheet, replace_duties
from huiyin.dispatch.line_sheet import catalogue_sheet, lines_in
from huiyin.dispatch.lines import Line, digest_of, lines_of
from huiyin.dispatch.models import CatalogueLine, CatalogueVersion, Duty
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from tests.dispatch.catalogues import below, draft, in_force, make_town
from tests.makers import NOON, lighting, make_category, make_official, make_unit, minutes, parks
from tests.people import EVERYBODY, he

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
LAMPS = Line(category="lamps", unit="lighting")


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(autouse=True)
def town():
    """The small city, its lamps, and the units that look after them."""
    make_category("路灯", code="lamps"), lighting(), parks()
    return make_town()


def sheet_of(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "administrator"])
def test_only_an_administrator_of_the_city_writes_the_catalogue(person):
    by, version = EVERYBODY[person](), draft(LAMPS)
    for act in (
        lambda: start_draft(by=by, at=NOON),
        lambda: set_line(version, LAMPS, by=by, at=NOON),
        lambda: remove_line(version, 1, by=by, at=NOON),
        lambda: replace_lines(version, [], by=by, at=NOON),
        lambda: put_in_force(version, TODAY, by=by, at=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert lines_of(version) == [replace(LAMPS, number=1)]


def test_an_administrator_of_one_district_does_not_write_the_citys_catalogue(town):
    mayor = make_official("administrator", unit=town.units["u-D1"])
    with pytest.raises(NotAllowed):
        start_draft(by=mayor, at=NOON)


def test_a_version_in_force_is_never_changed():
    version = in_force(LAMPS)
    for act in (
        lambda: set_line(version, LAMPS, by=he(), at=NOON),
        lambda: remove_line(version, 1, by=he(), at=NOON),
        lambda: replace_lines(version, [], by=he(), at=NOON),
        lambda: put_in_force(version, TODAY, by=he(), at=NOON),
        lambda: take_back(version, by=he(), at=NOON),
    ):
        with pytest.raises(NotPossible):
            act()
    assert lines_of(version) == [replace(LAMPS, number=1)]


def test_a_version_to_come_can_be_taken_back_and_changed():
    version = put_in_force(draft(LAMPS), TODAY + timedelta(days=3), by=he(), at=NOON)
    assert version.in_force_from.astimezone(NOON.tzinfo).strftime("%d %H:%M") == "07 00:00"
    take_back(version, by=he(), at=NOON)
    remove_line(version, 1, by=he(), at=NOON)
    assert lines_of(version) == []


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), date(2000, 1, 1)])
def test_no_version_begins_in_the_past(day):
    with pytest.raises(WrongInput):
        put_in_force(draft(LAMPS), day, by=he(), at=NOON)


def test_an_empty_version_is_not_put_in_force():
    with pytest.raises(WrongInput):
        put_in_force(draft(), TODAY, by=he(), at=NOON)


def test_two_versions_do_not_begin_at_the_same_moment():
    put_in_force(draft(LAMPS), TODAY + timedelta(days=3), by=he(), at=NOON)
    with pytest.raises(NotPossible):
        put_in_force(draft(LAMPS), TODAY + timedelta(days=3), by=he(), at=NOON)


def test_a_new_draft_begins_with_the_lines_of_another_and_keeps_their_numbers():
    version = in_force(replace(LAMPS, number=7, basis="照明条例"))
    copy = start_draft(by=he(), at=NOON, copy_of=version)
    assert (copy.number, lines_of(copy)) == (version.number + 1, lines_of(version))


def test_every_act_stands_in_the_logbook():
    version = start_draft(by=he(), at=NOON)
    set_line(version, LAMPS, by=he(), at=NOON)
    put_in_force(version, TODAY, by=he(), at=NOON)
    codes = [entry.code for entry in entries_about("catalogue")]
    assert codes == ["catalogue.drafted", "catalogue.line_set", "catalogue.put_in_force"]
    assert entries_about("catalogue")[-1].details["digest"] == digest_of(lines_of(version))


@pytest.mark.parametrize(
    "line",
    [
        Line(category="lamps"),
        Line(category="lamps", unit="lighting", unit_level="street"),
        Line(category="nothing", unit="lighting"),
        Line(category="lamps", unit="nobody"),
        Line(place="nowhere", unit="lighting"),
        Line(unit="lighting", assist=("nobody",)),
        Line(unit="lighting", conditions={"hours": "noon"}),
        Line(unit="lighting", conditions={"kinds": ["wish"]}),
        Line(unit="lighting", place_level="planet"),
        Line(unit_level="department"),
        Line(unit="lighting", basis="x" * 501),
    ],
)
def test_a_line_that_means_nothing_is_refused_in_one_sentence(line):
    version = draft(LAMPS)
    with pytest.raises(WrongInput):
        set_line(version, line, by=he(), at=NOON)
    assert lines_of(version) == [replace(LAMPS, number=1)]


@pytest.mark.parametrize("many", [3, 300])
def test_a_large_sheet_asks_the_database_as_little_as_a_small_one(
    many, django_assert_max_num_queries
):
    version = draft()
    with django_assert_max_num_queries(24):
        replace_lines(version, [LAMPS] * many, by=he(), at=NOON)
    assert CatalogueLine.objects.filter(version=version).count() == many


# --- sheets ------------------------------------------------------------------------------

CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.lists(st.sampled_from(["complaint", "help"]), min_size=1, unique=True),
        "channels": st.lists(st.sampled_from(["phone", "web"]), min_size=1, unique=True),
        "classes": st.just(["emergency"]),
        "hours": st.just("22:00-06:00"),
        "season": st.just("11-15~03-15"),
        "words": st.lists(st.sampled_from(["漏电", "=SUM(1)"]), min_size=1, unique=True),
    },
)
TEXTS = st.sampled_from(["", "《条例》第十一条", "=1+1", "职权法定;属地管理"])
LINES = st.builds(
    Line,
    category=st.sampled_from(["", "lamps"]),
    place=st.sampled_from(["", "S1", "D1"]),
    place_level=st.sampled_from(["", "street"]),
    conditions=CONDITIONS,
    assist=st.sampled_from([(), ("parks",), ("parks", "lighting")]),
    basis=TEXTS,
    note=TEXTS,
).flatmap(
    lambda line: st.sampled_from(
        [replace(line, unit="lighting"), replace(line, unit_level="street")]
    )
)


@given(lines=st.lists(LINES, min_size=1, max_size=6), chinese=st.booleans())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_exported_comes_in_again_the_same(lines, chinese):
    version = draft(*lines)
    with override("zh-hans" if chinese else "en"):
        content = catalogue_sheet(version)
    assert lines_in(io.BytesIO(content)) == lines_of(version)


@given(lines=st.lists(LINES, min_size=2, max_size=5), chance=st.randoms(use_true_random=False))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_the_rows_does_not_matter(lines, chance):
    shuffled = lines.copy()
    chance.shuffle(shuffled)
    one, other = lines_of(draft(*lines)), lines_of(draft(*shuffled))
    assert digest_of(one) == digest_of(other)


HEAD = ["Line", "Category (code)", "Unit (code)", "Unit of the place at level", "Time of day"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([1, "nothing", "lighting", "", ""], "Row 3: There is no category “nothing”"),
        ([1, "lamps", "nobody", "", ""], "Row 3: There is no unit “nobody”"),
        ([1, "lamps", "", "planet", ""], "Row 3: There is no level “planet”"),
        ([1, "lamps", "lighting", "", "noon"], "Row 3: Write the time of day"),
        (["x", "lamps", "lighting", "", ""], "Row 3: the line number “x”"),
        ([1, "lamps", "", "", ""], "Row 3: Name either the unit or the level"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_of_the_sheet_is_taken(row, said):
    with pytest.raises(WrongInput, match=f"^{said}"):
        lines_in(sheet_of(HEAD, [5, "lamps", "lighting", "", ""], row))


def test_headings_and_words_may_be_in_chinese_and_things_called_by_name():
    head = ["条目号", "诉求分类(编码)", "承办单位(编码)", "属地单位层级", "诉求类型"]
    file = sheet_of(head, [3, "路灯", "", "街道(乡镇)", "投诉"], [None, "路灯", "路灯管理所"])
    first, second = lines_in(file)
    assert (first.number, first.unit_level, first.conditions) == (
        3,
        "street",
        {"kinds": ["complaint"]},
    )
    assert (second.number, second.category, second.unit) == (4, "lamps", "lighting")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("条目号,分类\n1,路灯\n".encode("gbk"), "no XLSX workbook"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "no XLSX workbook"),
        (b"", "no XLSX workbook"),
        (b"PK\x03\x04 half a workbook", "damaged or half-written"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_one_sentence(content, said):
    with pytest.raises(WrongInput, match=said):
        lines_in(io.BytesIO(content))


def test_a_sheet_without_a_needed_column_is_refused():
    with pytest.raises(WrongInput, match="no column “Category \\(code\\)”"):
        lines_in(sheet_of(["Unit (code)", "Unit of the place at level"], ["lighting", ""]))


def test_duties_come_in_again_the_same_and_replace_what_was_there():
    lamps = below(make_category("市政", code="works"), "灯", code="bulbs")
    Duty.objects.create(unit_level="street", category=lamps, stance="assist_only", basis="规定")
    Duty.objects.create(unit=parks(), category=lamps, stance="lead")
    said = [(d.unit_id, d.unit_level, d.category_id, d.stance, d.basis) for d in Duty.objects.all()]
    content = duty_sheet()
    Duty.objects.create(unit_level="community", category=lamps, stance="lead")
    assert replace_duties(io.BytesIO(content), by=he(), at=NOON) == 2
    rows = [(d.unit_id, d.unit_level, d.category_id, d.stance, d.basis) for d in Duty.objects.all()]
    assert sorted(rows, key=str) == sorted(said, key=str)


def test_one_wrong_duty_leaves_all_lists_as_they_were():
    head = ["Unit (code)", "All units of level", "Category (code)", "Leads or assists"]
    good, bad = ["parks", "", "lamps", "may lead"], ["parks", "", "lamps", "helps"]
    with pytest.raises(WrongInput, match=r"^Row 3: "):
        replace_duties(sheet_of(head, good, bad), by=he(), at=NOON)
    with pytest.raises(WrongInput, match=r"^Row 3: the same unit and category stand twice"):
        replace_duties(sheet_of(head, good, good), by=he(), at=NOON)
    assert Duty.objects.count() == 0


# --- looking it over -----------------------------------------------------------------------


def test_a_category_without_a_line_is_a_gap_down_to_where_its_lines_begin():
    make_category("树木", code="trees")
    version = draft(Line(category="lamps", unit_level="street"))
    gaps = {gap.category.code: gap.levels for gap in gaps_of(book_of(version))}
    assert gaps == {"lamps": ("", "district"), "trees": ("", "district", "street", "community")}


def test_contradictions_dead_lines_and_places_without_units_are_found(town):
    gone = make_unit("旧所", code="gone")
    version = draft(
        replace(LAMPS, number=1),
        replace(LAMPS, number=2, unit="parks"),
        Line(3, category="lamps", place_level="street", unit="gone"),
        Line(4, category="lamps", place="S1", unit_level="community"),
    )
    for unit in (gone, town.units["u-C1"]):
        unit.dissolved_on = TODAY
        unit.save()
    found = findings_of(chooser_for(book_of(version), ()))
    assert [(one.number, other.number) for one, other in found.conflicts] == [(1, 2)]
    assert [(dead.rule.number, dead.dissolved) for dead in found.dead] == [(3, True)]
    assert [(row.level, row.count, row.examples) for row in found.orphans] == [
        ("community", 1, ("槐一社区",))
    ]


def test_differences_tell_what_was_added_taken_out_and_changed():
    one = [replace(LAMPS, number=1), replace(LAMPS, number=2), replace(LAMPS, number=3)]
    other = [one[0], replace(one[1], unit="parks", basis="新规"), replace(LAMPS, number=9)]
    found = differences(one, other)
    assert [(row.number, row.before is None, row.after is None, row.columns) for row in found] == [
        (2, False, False, ("unit", "basis")),
        (3, False, True, ()),
        (9, True, False, ()),
    ]


def test_versions_are_kept_for_ever():
    first = in_force(LAMPS)
    put_in_force(draft(replace(LAMPS, unit="parks")), TODAY, by=he(), at=NOON + minutes(1))
    assert CatalogueVersion.objects.filter(pk=first.pk, digest=first.digest).exists()
    assert lines_of(first)[0].unit == "lighting"

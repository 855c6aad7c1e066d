"""Importing a file: every row ends somewhere, a second run changes nothing, faults cost one row."""

import json
from datetime import timedelta

import pytest
import shapely

from huiyin.cases.models import Assignment, Case, Category, Round
from huiyin.cases.residents import resident_of
from huiyin.departments.models import Post, Unit
from huiyin.exchange.imports import importing, rules
from huiyin.exchange.models import ImportedRow
from huiyin.logbook.models import Entry
from huiyin.logbook.queries import exported_entries
from huiyin.logbook.verifying import verify
from huiyin.office.problems import WrongInput
from huiyin.places.actions import add_place
from huiyin.places.models import Place
from tests.exchange.invented import (
    NOW,
    OPEN,
    ROW,
    as_csv,
    mapping,
    rejected,
    row,
    rows,
    run,
)
from tests.makers import make_official

pytestmark = pytest.mark.django_db


def entries_of(case):
    return [(entry.code, entry.by_label) for entry in Entry.objects.filter(about=case.number)]


def counts(report):
    return (report.imported, report.unchanged, report.changed, report.rejected)


@pytest.fixture
def file(tmp_path):
    """Writes rows as a CSV file and answers its path."""
    return lambda given, name="rows.csv", **how: as_csv(tmp_path / name, given, **how)


def test_a_closed_case_comes_with_its_unit_place_category_and_logbook(file):
    assert counts(run(file([row()]))) == (1, 0, 0, 0)
    case = Case.objects.get(source="lamptown", source_id="L-1")
    assert (case.status, case.unit.name, case.place.name, case.channel) == (
        "closed",
        "Lamps",
        "Old Harbour",
        "phone",
    )
    assert case.category.name == "Dark lamp"
    assert case.category.parent.name == "Lighting"
    assert case.received_at.isoformat() == "2025-05-01T12:00:00+00:00"
    turn = Round.objects.get(case=case)
    assert (turn.reply, turn.solved, turn.closed_at) == (ROW["reply"], None, case.closed_at)
    assert (turn.due_at, turn.basis) == (case.due_at, {"given_by": "lamptown"})
    assert Assignment.objects.get(case=case).state == "done"
    assert entries_of(case) == [
        ("case.received", "import:lamptown"),
        *[("case.moved", "import:lamptown")] * 3,
    ]
    assert verify().problems == []


def test_the_city_is_a_root_with_its_own_time_zone(file):
    run(file(rows(3)))
    city = Unit.objects.get(code="lamp-town")
    assert (city.parent, city.level, city.time_zone) == (None, "city", "America/New_York")
    assert Unit.objects.get(name="Lamps").parent == city
    place = Place.objects.get(name="Old Harbour")
    assert (place.code, place.parent.code) == ("lamp-town:Old Harbour", "lamp-town")
    assert set(Case.objects.values_list("intake_unit__code", flat=True)) == {"lamp-town"}


def test_a_missing_target_is_neither_on_time_nor_overdue(file):
    run(file([row(target="")]))
    turn = Round.objects.get()
    assert (turn.due_at, turn.basis) == (None, {"given_by": "lamptown"})


def test_the_city_may_reckon_a_missing_target_by_its_own_rule(file):
    run(file([row(target=""), row(id="L-2")]), mapping(rules={"due_missing": "city_rule"}))
    reckoned, given = Round.objects.order_by("case__source_id")
    assert reckoned.basis["version"] == 1
    assert reckoned.due_at > Case.objects.get(source_id="L-1").received_at
    assert given.basis == {"given_by": "lamptown"}


def test_the_second_import_changes_nothing(file):
    path = file(rows(30))
    run(path)
    before = (list(Case.objects.values().order_by("pk")), Entry.objects.count())
    assert counts(run(path, at=NOW + timedelta(days=1))) == (0, 30, 0, 0)
    assert (list(Case.objects.values().order_by("pk")), Entry.objects.count()) == before
    assert set(ImportedRow.objects.values_list("imported_at", flat=True)) == {NOW}


def test_columns_the_mapping_does_not_name_change_nothing(file):
    run(file([row(remark="old")]))
    assert counts(run(file([row(remark="new")]))) == (0, 1, 0, 0)


BROKEN = {
    "no id": {"id": ""},
    "no time": {"opened": ""},
    "future": {"opened": "2030-01-01 00:00:00"},
    "status": {"status": "Lost"},
    "channel": {"channel": "Pigeon"},
    "unit": {"unit": ""},
    "zero": {"title": "a\x00b"},
}


def test_every_row_read_is_imported_unchanged_changed_or_rejected(file):
    given = [row(id="again"), row(id="again"), row(id="again", title="Else")]
    given += [row(id=f"good-{n}", **cells) for n, cells in enumerate([{}, OPEN, {"target": ""}])]
    given += [row(**({"id": name} | cells)) for name, cells in BROKEN.items()]
    path = file(given)
    first = run(path)
    assert counts(first) == (4, 1, 0, 1 + len(BROKEN))
    assert first.read == first.settled == len(given)
    found = rejected(path)
    assert [line["source_id"] for line in found] == ["again", "", *list(BROKEN)[1:]]
    assert all(line["reason"].endswith(".") for line in found)
    second = run(path)
    assert counts(second) == (0, 5, 0, 1 + len(BROKEN))
    assert second.read == second.settled


def test_a_dry_run_counts_the_same_and_writes_nothing(file):
    given = [*rows(3), *rows(2), row(id="L-0", title="Else"), row(status="Lost", id="x")]
    path = file(given)
    dry = run(path, dry_run=True)
    assert Unit.objects.count() == Case.objects.count() == Entry.objects.count() == 0
    real = run(path)
    assert counts(dry) == counts(real) == (3, 2, 0, 2)
    assert dry.rules == real.rules


def test_rules_are_counted_over_the_rows_that_used_them(file):
    given = [*rows(5, target=""), row(id="late", closed="2025-04-30 00:00:00")]
    report = run(file(given))
    assert report.rules == {rules.DUE_MISSING: 5, rules.OUT_OF_ORDER: 1}


def test_what_a_rule_left_out_stands_in_the_logbook(file):
    run(file([row(closed="2025-04-30 00:00:00")]))
    noted = Entry.objects.get(code="import.noted")
    assert noted.details == {
        "rules": ["out_of_order"],
        "said": {"closed": "2025-04-30T04:00:00.000000Z"},
    }


def test_what_was_cut_stands_whole_beside_the_logbook(file):
    run(file([row(where="x" * 400)]))
    case = Case.objects.get()
    assert len(case.address) == 300
    words = [entry.get("words") for entry in exported_entries(case.number)]
    assert words
    noted = Entry.objects.get(code="import.noted")
    assert json.loads(noted.body)["words"]
    assert verify().problems == []


def test_a_rejected_row_can_be_corrected_in_the_rejects_file_and_imported(file, tmp_path):
    path = file([row(), row(id="L-2", status="Lost", title='"a",\nb')])
    run(path)
    found = rejected(path)
    assert (found[0]["row_number"], found[0]["source_id"]) == ("3", "L-2")
    assert found[0]["title"] == '"a",\nb'
    again = tmp_path / "again" / "corrected.csv"
    again.parent.mkdir()
    as_csv(again, [found[0] | {"status": "Closed"}])
    assert counts(run(again)) == (1, 0, 0, 0)
    assert Case.objects.get(source_id="L-2").title == '"a",\nb'


def test_a_row_rejected_twice_keeps_the_columns_of_the_source(file, tmp_path):
    path = file([row(status="Lost")])
    run(path)
    again = tmp_path / "again" / "corrected.csv"
    again.parent.mkdir()
    again.write_bytes((tmp_path / "rejects.csv").read_bytes())
    run(again)
    assert rejected(again) == rejected(path)
    (tmp_path / "third.csv").write_bytes((again.parent / "rejects.csv").read_bytes())
    assert counts(run(tmp_path / "third.csv")) == (0, 0, 0, 1)


def test_the_rejects_file_is_for_its_owner_alone_and_only_made_when_needed(file):
    path = file([row()])
    run(path)
    kept = path.parent / "rejects.csv"
    assert not kept.exists()
    run(file([row(id="")]))
    assert kept.stat().st_mode & 0o777 == 0o600


def test_rows_of_a_file_that_breaks_off_are_kept_and_the_next_run_goes_on(file):
    path = file(rows(10))
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    report = run(path)
    assert counts(report) == (9, 0, 0, 0)
    assert "half-written" in report.cut_short
    path.write_bytes(whole)
    assert counts(run(path)) == (1, 9, 0, 0)


def test_a_wrong_column_is_refused_before_anything_is_written(file):
    path = file([{name: cell for name, cell in ROW.items() if name != "closed"}])
    with pytest.raises(WrongInput, match="“closed”"):
        run(path)
    assert Unit.objects.count() == 0


def test_only_the_first_rows_are_read_where_a_limit_says_so(file):
    assert run(file(rows(9)), limit=4).read == 4
    assert Case.objects.count() == 4


def test_one_row_the_database_refuses_costs_only_itself(file, monkeypatch):
    real = importing.life_of

    def refuse_one(past, *rest, **options):
        life = real(past, *rest, **options)
        if past.source_id == "L-7":
            life.case.title = "x" * 201
        return life

    monkeypatch.setattr(importing, "life_of", refuse_one)
    path = file([{**one, "unit": f"Unit {n}"} for n, one in enumerate(rows(20))])
    assert counts(run(path)) == (19, 0, 0, 1)
    assert rejected(path)[0]["source_id"] == "L-7"
    assert "too long" in rejected(path)[0]["reason"]
    assert not Unit.objects.filter(name="Unit 7").exists()
    assert verify().problems == []


def test_a_resident_is_sealed_and_found_by_an_official(file):
    run(file([row(name="Ann", phone="555 0100")]))
    case = Case.objects.select_related("resident").get()
    assert b"555" not in bytes(case.resident.sealed)
    officer = make_official(Post.OFFICER, unit=case.unit)
    assert resident_of(case, by=officer, at=NOW, why="test").phone == "555 0100"


def test_a_city_of_another_time_zone_is_not_the_same_city(file):
    run(file([row()]))
    other = mapping(city={"time_zone": "Asia/Shanghai"})
    path = file([row(id="L-2")], "other.csv")
    run(path, other)
    assert "time zone" in rejected(path)[0]["reason"]


def test_two_sources_share_a_city_and_no_category(file):
    run(file([row()]))
    run(file([row()]), mapping(source={"code": "oldtown"}))
    assert Unit.objects.filter(name="Lamps").count() == 1
    assert Place.objects.filter(name="Old Harbour").count() == 1
    assert sorted(Category.objects.filter(name="Lighting").values_list("code", flat=True)) == [
        "lamptown:Lighting",
        "oldtown:Lighting",
    ]
    assert Case.objects.count() == 2


def test_names_with_strokes_and_long_names_do_not_meet(file):
    given = [
        row(id="1", group="a/b", type="c"),
        row(id="2", group="a", type="b/c"),
        row(id="3", group="n" * 100, type="x"),
        row(id="4", group="n" * 100, type="y"),
    ]
    assert counts(run(file(given))) == (4, 0, 0, 0)
    names = {
        case.source_id: (case.category.parent.name, case.category.name)
        for case in Case.objects.select_related("category__parent")
    }
    assert names["1"] == ("a/b", "c")
    assert names["2"] == ("a", "b/c")
    assert names["3"] != names["4"]
    assert Category.objects.count() == 7


@pytest.mark.parametrize("table", ["unit", "place", "category"])
def test_new_names_can_be_refused(file, table):
    path = file([row()])
    assert counts(run(path, mapping(**{table: {"unknown": "reject"}}))) == (0, 0, 0, 1)
    assert "the mapping makes no new ones" in rejected(path)[0]["reason"]
    run(path)
    again = file([row(id="L-2")])
    assert counts(run(again, mapping(**{table: {"unknown": "reject"}}))) == (1, 0, 0, 0)


def test_new_names_can_fall_to_a_default(file):
    by = mapping(
        unit={"unknown": "default", "default": "Rest"}, place={"unknown": "default"}, category={}
    )
    run(file([row()]), by)
    case = Case.objects.get()
    assert (case.unit.name, case.place) == ("Rest", None)


def test_places_of_the_city_are_matched_by_name_at_any_depth(file):
    root = add_place(code="lamp-town", name="Lamp Town", level="city")
    east = add_place(code="e", name="East", level="district", parent=root)
    quay = add_place(code="q", name="Quay", level="street", parent=east)
    by = mapping(place={"levels": ["street"]})
    run(file([row(district="quay"), row(id="L-2", district="Quay")]), by)
    assert [case.place for case in Case.objects.order_by("source_id")][1] == quay


def test_a_name_that_two_places_bear_leaves_the_case_without_a_place(file):
    root = add_place(code="lamp-town", name="Lamp Town", level="city")
    for code in "ew":
        side = add_place(code=code, name=code, level="district", parent=root)
        add_place(code=f"{code}q", name="Quay", level="street", parent=side)
    report = run(file([row(district="Quay")]), mapping(place={"levels": ["street"]}))
    assert Case.objects.get().place is None
    assert report.rules[rules.AMBIGUOUS_PLACE] == 1


def test_a_point_finds_the_place_where_no_name_does(file):
    square = shapely.box(-72, 42, -71, 43)
    root = add_place(code="lamp-town", name="Lamp Town", level="city", boundary=square)
    east = add_place(code="e", name="East", level="district", parent=root, boundary=square)
    given = [row(district=""), row(id="L-2", district="", lon="10"), row(id="L-3")]
    run(file(given), mapping(place={"by_point": True}))
    found = {case.source_id: case.place for case in Case.objects.select_related("place")}
    assert found["L-1"] == east
    assert found["L-2"] is None
    assert found["L-3"].name == "Old Harbour"


def test_a_point_in_another_city_is_no_place_of_this_one(file):
    here = shapely.box(-72, 42, -71, 43)
    add_place(code="elsewhere", name="Elsewhere", level="city", boundary=here)
    add_place(code="lamp-town", name="Lamp Town", level="city")
    run(file([row(district="")]), mapping(place={"by_point": True}))
    assert Case.objects.get().place is None


def test_units_and_places_carry_their_english_names(file):
    by = mapping(unit={"name_en": "where"}, place={"name_en": {"Old Harbour": "The Old Harbour"}})
    run(file([row()]), by)
    assert Unit.objects.get(name="Lamps").name_en == "12 Quay Street"
    assert Place.objects.get(name="Old Harbour").name_en == "The Old Harbour"


def test_a_gbk_file_is_read_and_said(file):
    path = file([row(title="路灯不亮")], encoding="gbk")
    assert run(path).encoding == "gb18030"
    assert Case.objects.get().title == "路灯不亮"


def test_an_id_that_another_door_brought_is_rejected_and_not_overwritten(file):
    path = file([row(), row(id="L-2")])
    run(path)
    ImportedRow.objects.get(case__source_id="L-1").delete()
    report = run(path)
    assert counts(report) == (0, 1, 0, 1)
    assert "L-1" in rejected(path)[0]["source_id"]

"""The taxonomy of a city: loaded whole or not at all, and every fault names its row."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases.models import Category
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import WrongInput
from huiyin.organisation.categories import categories_in_use
from huiyin.organisation.category_rows import CategoryRow, check_tree
from tests.makers import make_category

HEAD = "code,parent,name,name_en,valid_from,valid_to,deadline_class\n"
LAMPS = f"{HEAD}roads,,道路,Roads,,,\nlamp,roads,路灯,Street lamps,2026-01-01,,timely\n"


@pytest.fixture
def load(tmp_path):
    """Loads a table and gives what is said."""

    def loaded(table: str, encoding: str = "utf-8") -> str:
        file, out = tmp_path / "table.csv", io.StringIO()
        file.write_bytes(table.encode(encoding))
        call_command("categories", str(file), stdout=out)
        return out.getvalue()

    return loaded


def tree() -> dict[str, str]:
    return {row.code: row.parent.code if row.parent else "" for row in Category.objects.all()}


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_table_becomes_a_tree(load, encoding):
    assert "2 categories added" in load(LAMPS, encoding)
    lamp = Category.objects.select_related("parent").get(code="lamp")
    assert (str(lamp.parent.name), lamp.name, lamp.deadline_class) == ("道路", "路灯", "timely")
    assert lamp.path == f"{lamp.parent.path}{lamp.pk}/"
    assert lamp.valid_from == date(2026, 1, 1)


@pytest.mark.django_db
def test_a_workbook_with_chinese_columns_and_numbers_as_codes_is_read(tmp_path):
    book, file = openpyxl.Workbook(), tmp_path / "table.xlsx"
    for line in [("编码", "上级编码", "名称", "停用日期"), (1, None, "道路", None),
                 (101, 1, "路灯", date(2030, 1, 1))]:  # fmt: skip
        book.active.append(line)
    book.save(file)
    call_command("categories", str(file), stdout=io.StringIO())
    assert tree() == {"1": "", "101": "1"}
    assert Category.objects.get(code="101").valid_to == date(2030, 1, 1)


@pytest.mark.django_db
def test_loading_it_again_changes_only_what_differs_and_removes_nothing(load):
    load(LAMPS)
    keys = dict(Category.objects.values_list("code", "pk"))
    assert "0 categories added, 0 changed, 2 unchanged" in load(LAMPS)
    assert "0 categories added, 1 changed, 0 unchanged" in load("code,name\nlamp,照明\n")
    assert dict(Category.objects.values_list("code", "pk")) == keys
    assert [line.code for line in entries_about("city:categories")] == ["categories.loaded"] * 2


@pytest.mark.django_db
def test_a_branch_that_is_hung_elsewhere_takes_its_leaves_along(load):
    load("code,parent,name\na,,甲\nb,,乙\nc,b,丙\nd,c,丁\n")
    load("code,parent,name\nc,a,丙\n")
    a, c, d = (Category.objects.get(code=code) for code in "acd")
    assert (c.path, d.path) == (f"{a.path}{c.pk}/", f"{a.path}{c.pk}/{d.pk}/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("code,name\nlamp,路灯\nlamp,照明\n", "Row 3: The code “lamp” stands in row 2 already."),
        ("code,name\na,路灯\nb,路灯\n", "Row 3: The name “路灯” stands in row 2 already"),
        ("code,parent,name\nlamp,roads,路灯\n", "Row 2: There is no category “roads” above “lamp”"),
        ("code,parent,name\na,b,甲\nb,c,乙\nc,a,丙\n", "Row 2: .* itself: a → b → c → a"),
        ("code,parent,name\na,a,甲\n", "Row 2: The category “a” lies below itself: a → a"),
        ("code,name,deadline_class\na,甲,soon\n", "Row 2: There is no deadline class “soon”"),
        ("code,name,valid_from\na,甲,31/12/2026\n", "Row 2: “31/12/2026” is not a day"),
        ("code,name,valid_from\na,甲,2026-02-30\n", "Row 2: “2026-02-30” is not a day"),
        ("code,name,valid_from,valid_to\na,甲,2026-02-02,2026-02-01\n", "ends before it begins"),
        ("code,name\na,\n", "Row 2: The category “a” has no name"),
        ("code,name\na b,甲\n", "Row 2: The code “a b” cannot be used"),
        (f"code,name\na,{'甲' * 161}\n", "Row 2: “name” is longer than 160"),
        ("code,title\na,甲\n", "no column “name”"),
        ("code,name\n", "names no category"),
    ],
)
def test_a_fault_is_one_sentence_with_its_row_and_nothing_is_changed(load, table, sentence):
    load("code,name\nold,旧\n")
    with pytest.raises(CommandError, match=sentence) as refused:
        load(table)
    assert refused.value.returncode == 2
    assert list(tree()) == ["old"]


@pytest.mark.django_db
def test_a_circle_that_closes_through_what_the_city_has_is_found(load):
    load("code,parent,name\na,,甲\nb,a,乙\n")
    with pytest.raises(CommandError, match="itself: a → b → a"):
        load("code,parent,name\na,b,甲\n")
    assert tree() == {"a": "", "b": "a"}


@pytest.mark.django_db
def test_the_categories_of_an_import_are_not_the_citys(load):
    make_category(code="lamp", source="boston311")
    with pytest.raises(CommandError, match="belongs to a category of an import"):
        load("code,name\nlamp,路灯\n")


@pytest.mark.django_db
def test_a_category_is_in_use_from_its_first_day_to_its_last(load):
    load("code,name,valid_from,valid_to\na,甲,2026-03-01,2026-03-31\n")
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [categories_in_use(on=day).exists() for day in days] == [False, True, True, False]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", *"abcdef"]))))
def test_a_tree_is_taken_exactly_when_every_way_up_ends(pairs):
    parents = dict(pairs)
    rows = [
        CategoryRow(at, code, parent, code, "", None, None, "general")
        for at, (code, parent) in enumerate(parents.items())
    ]

    def ends(code: str) -> bool:
        for _step in range(len(parents) + 1):
            if code == "":
                return True
            code = parents.get(code, "nowhere")
        return False

    try:
        check_tree(rows, {})
        taken = True
    except WrongInput:
        taken = False
    assert taken == all(map(ends, parents))

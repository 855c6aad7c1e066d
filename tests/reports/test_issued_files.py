"""The files of a report: the same bytes each time, complete, with formulas that reckon right."""

import io
import re
import statistics
from datetime import timedelta

import docx
import openpyxl
import pytest
from pypdf import PdfReader

from huiyin.reports.issued.issuing import correct_report
from huiyin.reports.shown.files import file_name, report_file, shown_report
from tests.counting.acts import exclude
from tests.people import wu
from tests.reports.issues import AFTER, a_day, issued

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")


@pytest.fixture
def report():
    cases = a_day()
    exclude(cases[2], at=AFTER - timedelta(minutes=5))
    return issued()


def pdf_words(file):
    return "".join(
        "".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages).split()
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["pdf", "xlsx", "docx"])
def test_a_report_gives_the_same_bytes_each_time(report, form, language):
    again = type(report).objects.get(pk=report.pk)
    assert report_file(report, language, form) == report_file(again, language, form)


def test_the_paper_is_tagged_and_says_in_which_language_it_is(report):
    for language, code in (("zh-hans", "zh"), ("en", "en")):
        root = PdfReader(io.BytesIO(report_file(report, language, "pdf"))).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert str(root["/Lang"]).startswith(code)


def test_every_unit_stands_on_the_paper_and_no_page_is_overfull(report):
    file = report_file(report, "en", "pdf")
    assert {"HuaishuStreet", "LiushuStreet"} <= set(
        re.findall("HuaishuStreet|LiushuStreet", pdf_words(file))
    )
    for page in PdfReader(io.BytesIO(file)).pages:
        places = []
        page.extract_text(
            visitor_text=lambda text, matrix, *_, kept=places: (
                kept.append((matrix[4], matrix[5])) if text.strip() else None
            )
        )
        assert all(0 < x < page.mediabox.width and 0 < y < page.mediabox.height for x, y in places)


def test_the_digest_of_the_contents_stands_on_every_form(report):
    mark = report.digest[:16]
    assert mark in pdf_words(report_file(report, "en", "pdf"))
    book = openpyxl.load_workbook(io.BytesIO(report_file(report, "en", "xlsx")))
    assert any(mark in str(row[0].value) for row in book["overview"])
    text = docx.Document(io.BytesIO(report_file(report, "en", "docx")))
    assert any(mark in paragraph.text for paragraph in text.paragraphs)


def test_both_figures_stand_in_the_text_document(report):
    text = docx.Document(io.BytesIO(report_file(report, "en", "docx")))
    cells = [cell.text for table in text.tables for row in table.rows for cell in row.cells]
    assert any(words.startswith("with exclusions: ") for words in cells)
    assert "Liushu Street" in cells
    heads = [table.rows[0]._tr.xml for table in text.tables]
    assert all("w:tblHeader" in head for head in heads)


def reckoned(book, sheet, address):
    """The value of a cell, reckoned from the formulas of the workbook alone."""
    value = book[sheet][address].value
    if not isinstance(value, str) or not value.startswith("="):
        return value
    text = value[1:]

    def cell(found):
        at = reckoned(book, found[1] or sheet, found[2].replace("$", ""))
        return repr(at)

    def column(found):
        letter, first, last = found[1], int(found[2]), int(found[3])
        return repr([reckoned(book, sheet, f"{letter}{at}") for at in range(first, last + 1)])

    text = re.sub(r"\b([A-Z]+)(\d+):[A-Z]+(\d+)", column, text)
    text = re.sub(r"(?:(\w+)!)?(\$?[A-Z]+\$?\d+)\b", cell, text)
    text = re.sub(r"(?<![<>!=])=(?!=)", "==", text)
    return eval(text, {"IF": if_, "COUNT": count, "SUM": summed, "AVERAGE": statistics.fmean})  # noqa: S307


def if_(condition, yes, no):
    return yes if condition else no


def count(*values):
    return sum(isinstance(value, int | float) for each in values for value in flat(each))


def summed(values):
    return sum(value for value in values if isinstance(value, int | float))


def flat(value):
    return value if isinstance(value, list) else [value]


def test_each_formula_of_the_workbook_gives_what_was_issued(report):
    book = openpyxl.load_workbook(io.BytesIO(report_file(report, "en", "xlsx")))
    sheet = next(each for each in book if "Streets" in each.title)
    heads = [cell.value for cell in sheet[1]]
    compared = 0
    for row in sheet.iter_rows(min_row=2):
        for at, cell in enumerate(row):
            if "as issued" in heads[at] and cell.value is not None:
                got = reckoned(book, sheet.title, row[at - 1].coordinate)
                percent = (
                    100 * got
                    if heads[at].split(" as issued")[0] in heads[at - 1] and ("%" in heads[at])
                    else got
                )
                assert percent == pytest.approx(cell.value, abs=0.0051)
                compared += 1
    # Two streets and their last row, four figures, without and with exclusions.
    assert compared == 24


def test_the_workbook_holds_numerators_and_denominators_as_numbers(report):
    book = openpyxl.load_workbook(io.BytesIO(report_file(report, "en", "xlsx")))
    sheet = next(each for each in book if "Streets" in each.title)
    heads = [cell.value for cell in sheet[1]]
    rows = {row[0].value: dict(zip(heads, (c.value for c in row), strict=True)) for row in sheet}
    poor = rows["Liushu Street"]
    assert poor["valid call-backs · without exclusions"] == 1
    assert poor["valid call-backs · with exclusions"] == 2
    assert poor["basically satisfied · with exclusions"] == 1
    assert poor["excluded"] == 1


def test_a_name_that_begins_like_a_formula_stays_a_name(report):
    book = openpyxl.load_workbook(io.BytesIO(report_file(report, "en", "xlsx")))
    overview = book["overview"]
    assert all(cell.data_type == "s" for row in overview for cell in row if cell.value is not None)


def test_a_report_is_told_in_both_languages(report):
    chinese, english = (shown_report(report, language) for language in LANGUAGES)
    assert english.wide[0].rows[0][0].text.endswith("Street")
    assert chinese.wide[0].rows[0][0].text.endswith("街道")
    assert len(chinese.notes) == len(english.notes)
    assert [len(grid.rows) for grid in chinese.grids] == [len(grid.rows) for grid in english.grids]


def test_the_page_of_a_corrected_report_says_so_and_its_files_stay_the_same():
    cases = a_day()
    first = issued()
    before = report_file(first, "en", "pdf")
    exclude(cases[3], at=AFTER + timedelta(minutes=5))
    second = correct_report(first, "Excluded since.", by=wu(), at=AFTER + timedelta(hours=1))
    assert "corrected" in shown_report(first, "en", marks=True).correction[0]
    assert shown_report(first, "en").correction == []
    assert report_file(first, "en", "pdf") == before
    told = shown_report(second, "en").correction
    assert told[0] == "Correction 1. Reason: Excluded since."
    path = "table of units · Streets and towns · Liushu Street · without exclusions"
    assert f"{path} · valid call-backs: 2 → 1" in told
    assert file_name(second, "en", "pdf") == "he-an-day-2026-03-05-correction-1-en.pdf"


def test_no_small_unit_is_ranked_bare(report):
    [bands] = [
        grid
        for grid in shown_report(report, "en").grids
        if grid.title == "Bands: Streets and towns"
    ]
    assert "Not rated, with fewer than 30 counted: 2 of 2 units." in bands.rows[0][0].text

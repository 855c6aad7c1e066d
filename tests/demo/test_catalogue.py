"""The catalogue of the demo city: nothing missing, nothing contradicting, and it suggests."""

import pytest

from huiyin.cases.models import Case
from huiyin.departments.models import Unit
from huiyin.dispatch.book import book_of, version_at
from huiyin.dispatch.checking import findings_of
from huiyin.dispatch.choosing import chooser_for
from huiyin.dispatch.suggesting import suggest_units, suggestions_for
from tests.demo.conftest import UNTIL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_no_line_contradicts_another_or_leads_nowhere():
    found = findings_of(chooser_for(book_of(version_at(UNTIL)), ()))
    assert (found.conflicts, found.dead, found.orphans) == ([], [], [])


def test_every_kind_of_matter_in_a_street_has_its_unit():
    found = findings_of(chooser_for(book_of(version_at(UNTIL)), ()))
    assert [gap for gap in found.gaps if {"street", "community"} & {*gap.levels}] == []


def test_every_waiting_case_has_a_suggestion_with_its_reason():
    waiting = Case.objects.filter(status="received").select_related("category", "place")
    found = suggestions_for(waiting, at=UNTIL)
    assert found
    assert all(len(found[pk]) == 1 and found[pk][0].reason for pk in found)


def test_a_dark_lamp_goes_to_the_lighting_centre():
    lamp = Case.objects.filter(category__code="demo.construction.lamp").first()
    assert [one.unit for one in suggest_units(lamp, at=UNTIL)] == [
        Unit.objects.get(code="lighting")
    ]

"""Drafts: kept for one official, one case and one step; never anybody else's to read."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from huiyin.cases.models import Status
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import WrongInput
from huiyin.replies.actions import accept_case
from huiyin.replies.drafts import (
    drafts_by,
    drafts_of,
    drop_draft,
    is_outdated,
    keep_draft,
    sweep_drafts,
)
from huiyin.replies.models import Draft
from huiyin.replies.rules import LONGEST_DRAFT
from tests.makers import NOON, fresh, lighting, make_case, make_official, minutes
from tests.people import chen

pytestmark = pytest.mark.django_db


def keep(case, words="已更换", *, by=None, at=NOON, is_open=True):
    """A draft of an answer."""
    return keep_draft(case, "answer", {"reply": words}, by=by or chen(), at=at, is_open=is_open)


def test_what_was_kept_last_stands_in_the_place_of_what_was_kept_before():
    case = make_case(Status.IN_HAND)
    keep(case, "一"), keep(case, "二", at=NOON + minutes(1))
    (draft,) = drafts_of(case, by=chen())
    assert (draft.words, draft.kept_at) == ({"reply": "二"}, NOON + minutes(1))


def test_nobody_else_reads_a_draft_and_the_logbook_holds_nothing_of_it():
    case = make_case(Status.IN_HAND)
    before = len(entries_about(case.number))
    keep(case)
    colleague = make_official("officer", unit=lighting())
    assert drafts_of(case, by=colleague) == []
    assert not drafts_by(colleague).exists()
    drop_draft(case, "answer", by=colleague)
    assert len(drafts_of(case, by=chen())) == 1
    assert len(entries_about(case.number)) == before


def test_an_empty_form_leaves_no_draft():
    case = make_case(Status.IN_HAND)
    keep(case), keep(case, "  \n ")
    assert drafts_of(case, by=chen()) == []


def test_a_draft_fits_until_the_case_moves_on():
    case = make_case(Status.DISPATCHED)
    keep(case)
    assert not is_outdated(drafts_of(case, by=chen())[0], fresh(case))
    accept_case(case.number, by=chen(), at=NOON + minutes(30))
    assert is_outdated(drafts_of(case, by=chen())[0], fresh(case))


def test_words_that_arrive_after_the_step_was_closed_are_kept_and_never_fit():
    case = make_case(Status.IN_HAND)
    keep(case, is_open=False)
    assert is_outdated(drafts_of(case, by=chen())[0], fresh(case))


def test_a_draft_has_an_end():
    case = make_case(Status.IN_HAND)
    assert keep(case, "字" * LONGEST_DRAFT)
    with pytest.raises(WrongInput):
        keep(case, "字" * (LONGEST_DRAFT + 1))
    assert len(drafts_of(case, by=chen())[0].words["reply"]) == LONGEST_DRAFT


def test_drafts_that_nobody_came_back_to_are_swept(settings):
    settings.DRAFT_DAYS = 3
    old, young = make_case(Status.IN_HAND), make_case(Status.IN_HAND)
    keep(old), keep(young, at=NOON + timedelta(seconds=1))
    assert sweep_drafts(at=NOON + timedelta(days=3)) == 0
    assert sweep_drafts(at=NOON + timedelta(days=3, seconds=1)) == 1
    assert list(Draft.objects.values_list("case__number", flat=True)) == [young.number]


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=80))
def test_whatever_was_typed_comes_back_as_it_was(typed):
    case = make_case(Status.IN_HAND)
    keep(case, typed)
    assert [one.words["reply"] for one in drafts_of(case, by=chen())] == (
        [typed] if typed.strip() else []
    )

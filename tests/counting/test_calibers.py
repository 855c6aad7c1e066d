"""Adopting a caliber: dated, with a reason, by an administrator, and never changed afterwards."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from huiyin.counting.calibers.adopting import (
    ABOUT,
    adopt_caliber,
    caliber_named,
    caliber_of,
    caliber_on,
    shipped_texts,
)
from huiyin.counting.calibers.grouping import placed_units
from huiyin.counting.calibers.models import AdoptedCaliber
from huiyin.counting.calibers.reading import write_caliber
from huiyin.counting.calibers.sentences import differences
from huiyin.departments.models import Post
from huiyin.logbook.models import Entry
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from tests.counting.calibers import plain, shipped
from tests.counting.test_calibers_text import CALIBERS
from tests.makers import NOON, make_official, make_unit

TODAY = NOON.date()
HUAIROU = shipped_texts()["huairou-2025"]


@given(CALIBERS, CALIBERS)
def test_calibers_differ_for_people_exactly_when_their_digests_differ(one, other):
    assert bool(differences(one, other)) == (one.digest != other.digest)


def test_what_differs_is_named_in_words():
    changed = replace(plain(), min_n=10)
    (found,) = differences(plain(), changed)
    assert (found.key, "30" in found.old, "10" in found.new) == ("min_n", True, True)


@pytest.mark.django_db
def test_before_anything_is_adopted_the_plain_caliber_holds():
    assert caliber_on(TODAY) == plain()


@pytest.mark.django_db
def test_an_adopted_caliber_holds_from_its_day_on_and_is_written_down():
    administrator = make_official(Post.ADMINISTRATOR)
    first = TODAY + timedelta(days=3)
    row = adopt_caliber(HUAIROU, from_on=first, by=administrator, at=NOON, reason="Reconciling.")
    assert caliber_on(first - timedelta(days=1)) == plain()
    assert caliber_on(first) == shipped("huairou-2025")
    entry = Entry.objects.get(about=ABOUT)
    assert entry.code == "caliber.adopted"
    assert row.caliber.digest in entry.body
    assert "Reconciling" not in entry.body
    assert caliber_of(row.caliber.digest[:12]) == shipped("huairou-2025")


@pytest.mark.django_db
@pytest.mark.parametrize("post", [Post.ANALYST, Post.LEADER, Post.SUPERVISOR])
def test_nobody_but_an_administrator_adopts_a_caliber(post):
    with pytest.raises(NotAllowed):
        adopt_caliber(HUAIROU, from_on=TODAY, by=make_official(post), at=NOON, reason="Better.")
    assert not AdoptedCaliber.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("from_on", "reason"), [(TODAY - timedelta(days=1), "Better."), (TODAY, "  ")]
)
def test_a_caliber_changes_no_past_and_owes_a_reason(from_on, reason):
    administrator = make_official(Post.ADMINISTRATOR)
    with pytest.raises(WrongInput):
        adopt_caliber(HUAIROU, from_on=from_on, by=administrator, at=NOON, reason=reason)


@pytest.mark.django_db
def test_a_text_is_not_adopted_before_its_own_first_day_nor_with_unknown_units():
    administrator = make_official(Post.ADMINISTRATOR)
    later = write_caliber(replace(plain(), valid_from=date(2199, 1, 1)))
    strange = write_caliber(replace(plain(), outside_units=("no-such-unit",)))
    for text in (later, strange):
        with pytest.raises(WrongInput):
            adopt_caliber(text, from_on=TODAY, by=administrator, at=NOON, reason="Better.")


@pytest.mark.django_db
def test_adopting_the_same_words_again_is_refused():
    administrator = make_official(Post.ADMINISTRATOR)
    adopt_caliber(HUAIROU, from_on=TODAY, by=administrator, at=NOON, reason="Better.")
    with pytest.raises(NotPossible):
        adopt_caliber(
            f"# 注\n{HUAIROU}", from_on=TODAY, by=administrator, at=NOON, reason="Better."
        )


@pytest.mark.django_db
def test_a_caliber_nobody_knows_is_not_found():
    with pytest.raises(NotFound, match="plain"):
        caliber_named("no-such", on=TODAY)


@pytest.mark.django_db
def test_a_unit_taken_out_by_its_code_stands_in_no_group():
    unit = make_unit("Hotline centre")
    caliber = replace(plain(), outside_units=(unit.code,))
    assert caliber.group_of(unit.code, unit.level) is None
    assert unit not in placed_units(caliber).nowhere

"""A post reaches its unit and those below it, nothing else, and only on its days."""

from datetime import date, timedelta

import pytest

from huiyin.departments.access import holds, reach_of, units_within
from huiyin.departments.actions import end_post, give_post
from huiyin.departments.models import Official, Post
from tests.makers import NOON, city, lighting, make_official, make_unit, parks

pytestmark = pytest.mark.django_db
OFFICER = frozenset({Post.OFFICER})


def again(official):
    """The official as the next request finds them."""
    return Official.objects.get(pk=official.pk)


def test_a_post_reaches_the_unit_and_everything_below_it():
    team = make_unit(parent=lighting())
    squad = make_unit(parent=team)
    by = make_official(Post.OFFICER, unit=lighting())
    assert [holds(by, Post.OFFICER, unit) for unit in (lighting(), team, squad)] == [True] * 3
    assert set(units_within(by, OFFICER)) == {lighting(), team, squad}


def test_a_post_reaches_neither_up_nor_aside():
    team = make_unit(parent=lighting())
    by = make_official(Post.OFFICER, unit=team)
    assert [holds(by, Post.OFFICER, unit) for unit in (lighting(), parks(), city())] == [False] * 3


def test_another_post_at_the_same_unit_is_not_held():
    by = make_official(Post.OFFICER, unit=lighting())
    assert not holds(by, Post.CALLER, lighting())


def test_a_unit_whose_number_begins_like_anothers_is_not_within_its_reach():
    unit, stranger = make_unit(), make_unit()
    stranger.path = f"{unit.path.rstrip('/')}0/"
    stranger.save()
    by = make_official(Post.OFFICER, unit=unit)
    assert not holds(by, Post.OFFICER, stranger)
    assert list(units_within(by, OFFICER)) == [unit]


@pytest.mark.parametrize(
    ("begins", "ends", "held"),
    [
        (None, None, True),
        (NOON.date(), NOON.date(), True),
        (NOON.date() + timedelta(days=1), None, False),
        (None, NOON.date() - timedelta(days=1), False),
    ],
)
def test_a_post_is_held_from_its_first_day_to_its_last(begins, ends, held):
    by = make_official(Post.OFFICER, unit=lighting())
    by.posts.update(held_from=begins, held_until=ends)
    assert reach_of(again(by), on=NOON.date()).holds(Post.OFFICER, lighting().path) == held


def test_a_closed_account_reaches_nothing():
    by = make_official(*Post)
    by.is_active = False
    by.save()
    assert reach_of(again(by)).held == frozenset()


def test_somebody_without_a_post_reaches_nothing():
    assert not units_within(make_official(), frozenset(Post)).exists()


def test_of_two_posts_one_below_the_other_the_wider_counts():
    by = make_official(Post.OFFICER, unit=city())
    give_post(by, Post.OFFICER, unit=lighting())
    assert reach_of(again(by)).paths(OFFICER) == [city().path]


def test_a_post_ends_and_the_record_of_it_stays():
    by = make_official(Post.OFFICER, unit=lighting())
    end_post(by.posts.get(), last_on=date(2026, 1, 1))
    assert not holds(again(by), Post.OFFICER, lighting())
    assert by.posts.get().held_until == date(2026, 1, 1)

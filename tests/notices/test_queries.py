"""Who reads a notice: those who hold the post there, or at the nearest unit above."""

import pytest
from django.utils import timezone

from huiyin.departments.models import Official, Post, PostHeld, Unit
from huiyin.notices.actions import for_unit as noted
from huiyin.notices.actions import see_all, tell_many, tell_official, tell_resident, tell_unit
from huiyin.notices.models import Notice
from huiyin.notices.queries import (
    COUNTED,
    notices_for,
    notices_to_resident,
    said,
    unseen_count,
)
from tests.makers import NOON, city, lighting, make_official, make_unit, minutes, parks
from tests.people import chen, gao, qian, zhao

pytestmark = pytest.mark.django_db
CASE = "HY20260304-00001"


def tell(unit: Unit, post: Post = Post.SUPERVISOR, key: str = "k") -> None:
    facts = {"due": NOON}
    tell_unit("due.over", unit, about=CASE, at=NOON, key=key, post=post, facts=facts)


def readers(*officials: Official) -> list[Official]:
    """Those of these officials who are told; the count says the same as the list."""
    again = [Official.objects.get(pk=each.pk) for each in officials]
    told = [each for each in again if notices_for(each).exists()]
    assert told == [each for each in again if unseen_count(each) > 0]
    return told


def test_a_notice_is_read_by_those_who_hold_the_post_at_the_unit():
    tell(lighting(), Post.OFFICER)
    assert readers(chen(), zhao(), gao(), qian()) == [chen()]


def test_where_nobody_holds_the_post_the_nearest_above_reads_it():
    tell(lighting())
    assert readers(gao(), chen()) == [gao()]


def test_whoever_holds_the_post_nearer_reads_it_alone():
    squad = make_unit("路灯一班", parent=lighting())
    tell(squad)
    nearer = make_official(Post.SUPERVISOR, unit=lighting())
    assert readers(gao(), nearer) == [nearer]


def test_a_post_held_above_and_below_is_told_once():
    tell(lighting())
    both = make_official(Post.SUPERVISOR, unit=city())
    PostHeld.objects.create(official=both, unit=lighting(), post=Post.SUPERVISOR)
    assert (unseen_count(both), notices_for(both).count()) == (1, 1)
    assert readers(gao(), both) == [both]


@pytest.mark.parametrize("away", ["left", "not yet", "closed"])
def test_a_post_that_is_not_held_today_reads_nothing(away):
    tell(lighting())
    former = make_official(Post.SUPERVISOR, unit=lighting())
    today = timezone.localdate()
    if away == "closed":
        Official.objects.filter(pk=former.pk).update(is_active=False)
    else:
        span = {"held_until": today - minutes(1440)} if away == "left" else {}
        span = span or {"held_from": today + minutes(1440)}
        PostHeld.objects.filter(official=former).update(**span)
    assert readers(gao(), former) == [gao()]


def test_a_unit_of_a_longer_number_is_another_unit():
    tell(parks())
    beside = make_official(Post.SUPERVISOR, unit=lighting())
    Unit.objects.filter(pk=lighting().pk).update(path=f"{city().path}9/")
    Unit.objects.filter(pk=parks().pk).update(path=f"{city().path}95/")
    assert readers(beside, gao()) == [gao()]


def test_an_officials_own_notices_are_nobody_elses():
    tell_official("mention", chen(), about=CASE, at=NOON, key="k", facts={"by": zhao()})
    assert readers(chen(), zhao(), gao()) == [chen()]


def test_the_unseen_are_counted_in_one_query_and_not_beyond_a_hundred(django_assert_num_queries):
    officer = chen()
    unseen_count(officer)
    facts = {"about": CASE, "at": NOON, "facts": {"due": NOON}}
    tell_many([noted("due.soon", lighting(), key=str(n), **facts) for n in range(COUNTED + 9)])
    with django_assert_num_queries(1):
        assert unseen_count(officer) == COUNTED
    see_all(upto=Notice.objects.order_by("pk")[COUNTED + 5].pk, by=officer, at=NOON)
    assert unseen_count(officer) == 3


def test_many_notices_are_said_with_two_queries(django_assert_max_num_queries):
    by = {"about": CASE, "at": NOON}
    for number in range(5):
        unit = make_unit()
        tell_unit("part.done", lighting(), key=f"p{number}", facts={"unit": unit}, **by)
        other = make_official()
        tell_official("mention", chen(), key=f"m{number}", facts={"by": other}, **by)
    rows = list(Notice.objects.all())
    with django_assert_max_num_queries(2):
        assert len(said(rows)) == 10


def test_a_resident_reads_the_latest_first_and_only_of_this_request():
    tell_resident("case.answered", about=CASE, at=NOON, key="1")
    tell_resident("case.closed", about=CASE, at=NOON + minutes(5), key="2")
    tell_resident("case.closed", about=f"{CASE}9", at=NOON, key="3")
    tell(lighting())
    assert [row.code for row in notices_to_resident(CASE)] == ["case.closed", "case.answered"]


def test_a_resident_reads_the_basis_of_an_extension_and_not_what_officials_write():
    facts = {"until": NOON, "ground": "law", "basis": "《条例》第十五条"}
    tell_resident("extension.granted", about=CASE, at=NOON, key="1", facts=facts)
    tell_resident(
        "case.reopened",
        about=CASE,
        at=NOON,
        key="2",
        facts={"round": 2, "due": NOON, "reason": "The unit closed it falsely."},
    )
    again, granted = said(list(notices_to_resident(CASE)), to_resident=True)
    assert [words for _label, words in granted.details] == ["《条例》第十五条"]
    assert again.details == []

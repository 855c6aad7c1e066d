"""Telling: once each, in one round trip, and only where the step was taken."""

import pytest
from django.db import IntegrityError, transaction

from huiyin.departments.models import Post
from huiyin.notices.actions import (
    for_resident,
    for_unit,
    see_all,
    see_notice,
    tell_many,
    tell_official,
    tell_resident,
    tell_unit,
)
from huiyin.notices.models import Audience, Notice, Outward
from huiyin.office.problems import NotFound, NotPossible
from tests.makers import NOON, lighting, make_official, minutes, parks
from tests.people import chen, gao, lin, zhao

pytestmark = pytest.mark.django_db
DUE = {"due": NOON + minutes(60)}
CASE = "HY20260304-00001"


def tell_lighting(**more) -> None:
    facts = {"about": CASE, "at": NOON, "key": f"{CASE}/3", "facts": DUE} | more
    tell_unit("case.dispatched", lighting(), **facts)


def test_the_same_thing_is_never_told_twice():
    tell_lighting()
    tell_lighting(at=NOON + minutes(5))
    assert Notice.objects.get().at == NOON


def test_one_step_tells_every_reader_once():
    key = f"{CASE}/4"
    tell_many(
        [
            for_unit("case.closed", lighting(), about=CASE, at=NOON, key=key),
            for_unit("case.closed", parks(), about=CASE, at=NOON, key=key),
            for_unit("case.closed", parks(), about=CASE, at=NOON, key=key, post=Post.SUPERVISOR),
            for_resident("case.closed", about=CASE, at=NOON, key=key),
        ]
    )
    assert Notice.objects.count() == 4


def test_telling_takes_one_round_trip(django_assert_num_queries):
    unit, official = lighting(), chen()
    facts = {"about": CASE, "at": NOON, "key": "k"}
    with django_assert_num_queries(1):
        tell_unit("case.dispatched", unit, facts=DUE, **facts)
    with django_assert_num_queries(1):
        tell_official("finding.answered", official, **facts)
    with django_assert_num_queries(1):
        tell_resident("case.answered", **facts)
    with django_assert_num_queries(1):
        tell_many([for_unit("case.closed", unit, about=CASE, at=NOON, key=f"{n}") for n in "abc"])
    with django_assert_num_queries(0):
        tell_many([])


@transaction.atomic
def fail_after_telling() -> None:
    """A step that tells and then cannot be taken."""
    tell_lighting()
    raise NotPossible("Another step came first.")


def test_a_step_that_is_rolled_back_tells_nobody():
    with pytest.raises(NotPossible):
        fail_after_telling()
    assert not Notice.objects.exists()


def test_the_code_knows_which_post_reads_it():
    key = {"about": CASE, "at": NOON}
    tell_lighting()
    tell_unit("case.returned", lighting(), key="1", **key)
    tell_unit("case.returned", lighting(), key="2", post=Post.SUPERVISOR, **key)
    posts = Notice.objects.order_by("pk").values_list("post", flat=True)
    assert list(posts) == [Post.OFFICER, Post.DISPATCHER, Post.SUPERVISOR]


def test_a_resident_is_told_only_what_has_a_residents_sentence():
    with pytest.raises(LookupError, match=r"measure\.opened"):
        tell_resident("measure.opened", about=CASE, at=NOON, key="k")


def test_nothing_waits_to_go_outward_without_a_gateway(settings):
    settings.SMS_GATEWAY_URL = ""
    tell_resident("case.answered", about=CASE, at=NOON, key="1")
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:1/send"
    tell_resident("case.answered", about=CASE, at=NOON, key="2")
    assert list(Notice.objects.order_by("pk").values_list("outward", flat=True)) == [
        Outward.NONE,
        Outward.WAITING,
    ]


@pytest.mark.parametrize("key", ["", "k" * 200])
def test_a_notice_needs_a_key_that_fits(key):
    with pytest.raises(ValueError, match="key"):
        tell_resident("case.answered", about=CASE, at=NOON, key=key)


@pytest.mark.parametrize(
    "reader",
    [
        {"audience": Audience.UNIT},
        {"audience": Audience.OFFICIAL, "post": Post.OFFICER},
        {"audience": Audience.RESIDENT, "post": Post.OFFICER},
    ],
)
def test_the_database_keeps_no_notice_without_its_one_reader(reader):
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(key="k", code="case.closed", about=CASE, at=NOON, **reader)


def test_a_colleague_who_saw_a_notice_has_seen_it_for_the_unit():
    tell_lighting()
    other = make_official(Post.OFFICER, unit=lighting())
    pk = Notice.objects.get().pk
    see_notice(pk, by=chen(), at=NOON)
    see_notice(pk, by=other, at=NOON + minutes(9))
    seen = Notice.objects.get()
    assert (seen.seen_by, seen.seen_at) == (chen(), NOON)


@pytest.mark.parametrize("stranger", [zhao, lin])
def test_a_notice_for_another_unit_or_post_does_not_exist(stranger):
    tell_lighting()
    with pytest.raises(NotFound):
        see_notice(Notice.objects.get().pk, by=stranger(), at=NOON)
    assert see_all(upto=10**9, by=stranger(), at=NOON) == 0
    assert Notice.objects.filter(seen_at=None).exists()


def test_marking_all_leaves_what_came_since():
    tell_lighting(key="1")
    read = Notice.objects.get().pk
    tell_lighting(key="2")
    tell_official("handover.given", chen(), about=CASE, at=NOON, key="3", facts={"by": gao()})
    assert see_all(upto=read, by=chen(), at=NOON) == 1
    assert Notice.objects.filter(seen_at=None).count() == 2

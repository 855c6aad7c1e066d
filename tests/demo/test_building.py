"""Building the demo city: the same from the same seed, whole or not at all, never over a city."""

from hashlib import sha256

import pytest

from huiyin.cases.models import Case
from huiyin.demo import building
from huiyin.departments.models import Unit
from huiyin.logbook.models import Entry
from huiyin.office.problems import NotPossible
from huiyin.places.models import Place
from tests.demo.conftest import an_order, built
from tests.makers import city as makers_city
from tests.makers import make_case

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.usefixtures("own_home"),
]


def digest() -> str:
    """What is in a city, but for keys, secrets and running numbers."""
    rows = Case.objects.order_by("received_at", "source_id").values_list(
        "title",
        "text",
        "address",
        "longitude",
        "received_at",
        "request_kind",
        "channel",
        "status",
        "unit__code",
        "closed_at",
        "due_at",
    )
    entries = Entry.objects.order_by("at", "code", "by_label").values_list("at", "code")
    return sha256(repr([*rows, *entries]).encode()).hexdigest()


def built_and_undone(order) -> str:
    sid = building.transaction.savepoint()
    built(order)
    made = digest()
    building.transaction.savepoint_rollback(sid)
    return made


def test_the_same_seed_gives_the_same_city_and_another_another():
    first = built_and_undone(an_order(120))
    assert built_and_undone(an_order(120)) == first
    assert built_and_undone(an_order(120, seed=7)) != first


@pytest.mark.parametrize("cases", [1, 7, 61])
def test_a_city_of_any_size_has_as_many_cases_as_were_ordered(cases):
    built(an_order(cases, years=1))
    assert Case.objects.count() == cases


def test_portions_are_only_a_matter_of_memory(monkeypatch):
    whole = built_and_undone(an_order(60))
    monkeypatch.setattr(building, "PORTION", 7)
    told = []
    sid = building.transaction.savepoint()
    building.build_city(an_order(60), lambda done, of: told.append((done, of)))
    assert digest() == whole
    building.transaction.savepoint_rollback(sid)
    assert told == [*((done, 60) for done in range(7, 60, 7)), (60, 60)]


def test_a_build_that_fails_leaves_nothing(monkeypatch):
    monkeypatch.setattr(building, "seal_all", lambda at: 1 / 0)  # noqa: ARG005
    with pytest.raises(ZeroDivisionError):
        built(an_order(30))
    assert not Case.objects.exists()
    assert not Unit.objects.exists()
    assert not Place.objects.exists()
    assert not Entry.objects.exists()


def test_a_build_that_is_interrupted_leaves_nothing():
    def stop(_done, _all):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        building.build_city(an_order(30), stop)
    assert not Unit.objects.exists()


def test_a_city_with_cases_is_not_built_over():
    make_case()
    with pytest.raises(NotPossible, match="needs an empty one"):
        built(an_order(30))
    assert Case.objects.count() == 1


def test_a_city_with_units_is_not_built_over():
    makers_city()
    with pytest.raises(NotPossible, match="HUIYIN_HOME"):
        built(an_order(30))


def test_a_city_in_production_gets_no_demo_cases(settings):
    settings.IN_PRODUCTION = True
    with pytest.raises(NotPossible, match="production"):
        built(an_order(30))
    assert not Unit.objects.exists()

"""The administrator's forms that change the tree of units."""

import pytest

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Status
from huiyin.departments.models import Official, Post, Unit
from huiyin.departments.queries import calendar_code_of, hotline
from huiyin.logbook.queries import entries_about
from tests.desk.visits import address, at_desk, press, text
from tests.makers import (
    city,
    lighting,
    make_case,
    make_official,
    make_unit,
    officer_of,
    parks,
    status_of,
)
from tests.people import he, zhao

pytestmark = pytest.mark.django_db
STREET = {"code": "S1", "name": "槐树街道", "name_en": "Scholar Tree", "level": "street"}


def page_of(unit):
    return f"/desk/units/{unit.code}/"


def send(client, unit, act, **words):
    return client.post(f"{page_of(unit)}setup/{act}/", words)


def again(row):
    return type(row).objects.get(pk=row.pk)


def codes(unit):
    return [line.code for line in entries_about(f"unit:{unit.code}")]


def test_a_unit_that_was_added_lies_below_and_can_be_given_posts():
    client, above = at_desk(he()), lighting()
    words = STREET | {"calendar": "round-the-clock"}
    assert send(client, above, "add_unit", **words).status_code == 302
    street = Unit.objects.get(code="S1")
    assert (street.parent, street.path) == (above, f"{above.path}{street.pk}/")
    assert (street.sort_key, calendar_code_of(street)) == ("huai shu jie dao", "round-the-clock")
    assert "Scholar Tree" in text(client.get("/desk/units/"))
    assert codes(street) == ["unit.added"]
    officer = {"name": "周", "sign_in_name": "zhou", "password": "a lamp in every street"}
    client.post(f"{page_of(street)}accounts/", officer | {"post": "officer"})
    assert Official.objects.get(sign_in_name="zhou").posts.get().unit == street


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"code": "lighting"}, "is taken by another unit"),
        ({"code": "a/b"}, "cannot be used"),
        ({"name": "路灯管理所"}, "already; choose another name"),
        ({"name": ""}, "required"),
        ({"level": "city"}, "valid choice"),
        ({"calendar": "moon"}, "valid choice"),
    ],
)
def test_a_unit_that_cannot_be_added_says_why_and_keeps_what_was_typed(changed, sentence):
    lighting()
    answer = send(at_desk(he()), city(), "add_unit", **(STREET | changed))
    assert (answer.status_code, sentence in text(answer)) == (400, True)
    assert 'value="Scholar Tree"' in text(answer)
    assert not Unit.objects.filter(code="S1").exists()


def test_a_renamed_unit_keeps_its_cases_and_its_code():
    case, client, lamps = make_case(Status.DISPATCHED), at_desk(he()), lighting()
    answer = send(client, lamps, "rename_unit", name="城市照明中心", name_en="Lighting")
    assert answer.status_code == 302
    assert (again(lamps).name, again(lamps).code) == ("城市照明中心", "lighting")
    assert again(case).unit == lamps
    (entry,) = entries_about("unit:lighting")
    assert (entry.code, entry.words) == (
        "unit.renamed",
        {"unit_name": "城市照明中心", "was": "路灯管理所"},
    )


def test_renaming_to_the_same_name_writes_nothing():
    send(at_desk(he()), lighting(), "rename_unit", name="路灯管理所", name_en="")
    assert codes(lighting()) == []


def test_the_successor_of_a_dissolved_unit_goes_on_with_its_cases():
    case, before = make_case(Status.DISPATCHED), officer_of(lighting())
    assert case not in visible_cases(zhao())
    client = at_desk(he())
    answer = send(client, lighting(), "dissolve_unit", successor=parks().pk)
    assert answer.status_code == 302
    assert press(at_desk(zhao()), case, "accept").status_code == 302
    assert status_of(case) == Status.IN_HAND
    assert at_desk(again(before)).get(address(case)).status_code == 404
    assert codes(lighting()) == ["unit.dissolved", "unit.dismissed"]
    assert codes(parks()) == ["unit.took_over"]
    assert "园林绿化局" in text(client.get(page_of(lighting())))


def test_what_lay_below_a_dissolved_unit_lies_below_its_successor():
    team = make_unit("路灯一队", parent=lighting())
    squad = make_unit("路灯一组", parent=team)
    send(at_desk(he()), lighting(), "dissolve_unit", successor=parks().pk)
    assert again(team).parent == parks()
    assert again(squad).path == f"{parks().path}{team.pk}/{squad.pk}/"
    assert again(lighting()).path == f"{parks().path}{lighting().pk}/"


def test_a_dissolved_unit_is_given_neither_posts_nor_units():
    client = at_desk(he())
    send(client, lighting(), "dissolve_unit", successor=parks().pk)
    given = {"sign_in_name": "zhao", "post": "officer"}
    zhao()
    assert client.post(f"{page_of(lighting())}posts/", given).status_code == 409
    assert send(client, lighting(), "add_unit", **STREET).status_code == 409
    assert send(client, lighting(), "dissolve_unit", successor=city().pk).status_code == 409
    offered = text(client.get(page_of(lighting())))
    assert ("setup/add_unit" in offered, "setup/rename_unit" in offered) == (False, True)


@pytest.mark.parametrize("kind", ["city", "hotline", "below", "itself", "nothing"])
def test_a_unit_that_cannot_be_dissolved_so_stays(kind):
    team = make_unit("路灯一队", parent=lighting())
    hotline_unit = make_case().intake_unit
    unit = {"city": city(), "hotline": hotline_unit}.get(kind, lighting())
    successor = {"below": team.pk, "itself": unit.pk, "nothing": ""}.get(kind, parks().pk)
    answer = send(at_desk(he()), unit, "dissolve_unit", successor=successor)
    assert answer.status_code in {400, 409}
    assert not Unit.objects.exclude(dissolved_on=None).exists()


def test_requests_arrive_where_the_administrator_says():
    make_case()
    assert send(at_desk(he()), parks(), "name_hotline").status_code == 302
    assert hotline() == parks()
    assert Unit.objects.filter(takes_requests=True).count() == 1


def test_an_administrator_below_sets_up_only_what_lies_there():
    make_case()
    below = make_official(Post.ADMINISTRATOR, unit=lighting())
    client = at_desk(below)
    assert send(client, lighting(), "add_unit", **STREET).status_code == 302
    assert send(client, parks(), "add_unit", **(STREET | {"code": "S2"})).status_code == 404
    assert send(client, lighting(), "dissolve_unit", successor=parks().pk).status_code == 400
    assert send(client, lighting(), "name_hotline").status_code == 403
    assert "setup/name_hotline" not in text(client.get(page_of(lighting())))


def test_what_nobody_does_to_units_does_not_exist():
    assert send(at_desk(he()), lighting(), "abolish").status_code == 404


def test_many_units_cost_no_more_queries(django_assert_max_num_queries):
    for _ in range(40):
        make_unit()
    client, lamps = at_desk(he()), lighting()
    with django_assert_max_num_queries(12):
        client.get(page_of(lamps))

"""Beats and their chiefs: who sets them up, who sees them, what stays written, what is counted."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from huiyin.departments.models import Post
from huiyin.logbook.queries import entries_about
from huiyin.neighbourhood.access import beat_for, visible_beats
from huiyin.neighbourhood.beats import (
    BeatFacts,
    Wanted,
    add_beat,
    adopt_roles,
    dismiss_chief,
    end_beat,
    set_frequency,
    shape_of,
    shipped_roles,
)
from huiyin.neighbourhood.missed import tell_missed
from huiyin.neighbourhood.models import Beat, Chief, Frequency, Patrol, Role
from huiyin.neighbourhood.queries import chiefs_at, coverage
from huiyin.neighbourhood.rules import Span, State
from huiyin.notices.models import Notice
from huiyin.notices.queries import said
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from tests.desk.visits import at_desk
from tests.makers import NOON, city, make_official
from tests.neighbourhood.ground import (
    LINE,
    TODAY,
    chief,
    days_ago,
    elsewhere,
    fang,
    lane,
    luo,
    other_street,
    place,
    role,
    shen,
    stranger,
    street,
    weekly,
)
from tests.people import he, outsider

MONTH = Span(TODAY - timedelta(days=27), TODAY)


def walked(*days, by=None) -> None:
    """Patrols along the lane at noon of these days."""
    for number, day in enumerate(days):
        at = NOON.replace(year=day.year, month=day.month, day=day.day)
        Patrol.objects.create(
            id=f"00000000-0000-0000-0000-{day.toordinal():08d}{number:04d}",
            beat=lane(),
            official=by or luo(),
            phone_at=at,
            arrived_at=at,
            began_at=at,
            ended_at=at,
        )


def test_an_administrator_of_another_street_adds_no_beat_here():
    admin = make_official(Post.ADMINISTRATOR, unit=other_street())
    facts = BeatFacts("x", "槐树巷", "lane", place())
    for by in (admin, fang(), luo()):
        with pytest.raises(NotAllowed):
            add_beat(facts, unit=street(), by=by, at=NOON)


@pytest.mark.parametrize(
    "facts",
    [
        BeatFacts("has space", "槐树巷", "lane", None, LINE),
        BeatFacts("x", " ", "lane", None, LINE),
        BeatFacts("x", "槐树巷", "road", None, LINE),
        BeatFacts("x", "槐树巷", "lane"),
        BeatFacts("x", "槐树巷", "lane", None, '{"type": "Point", "coordinates": [1, 2]}'),
        BeatFacts("x", "槐树巷", "lane", None, "[]"),
    ],
)
def test_a_beat_without_name_or_place_is_refused(facts):
    with pytest.raises(WrongInput):
        add_beat(facts, unit=street(), by=he(), at=NOON)
    assert not Beat.objects.exists()


def test_a_line_outside_the_globe_is_refused():
    with pytest.raises(WrongInput):
        shape_of('{"type": "LineString", "coordinates": [[500, 10], [501, 11]]}')


def test_who_was_chief_when_stays_written():
    held = chief()
    dismiss_chief(held, by=he(), at=NOON)
    chief(fang(), since=TODAY)
    rows = Chief.objects.filter(beat=lane()).values_list("official__name", "since", "until")
    assert list(rows) == [("方街道", TODAY, None), ("罗巷长", date(2025, 1, 1), TODAY)]
    codes = [line.code for line in entries_about("beat:huaishu-lane")]
    assert codes == ["beat.added", "chief.appointed", "chief.dismissed", "chief.appointed"]


def test_nobody_is_chief_twice_and_no_beat_is_given_up_twice():
    held = chief()
    with pytest.raises(NotPossible):
        chief()
    end_beat(lane(), by=he(), at=NOON)
    held.refresh_from_db()
    assert held.until == TODAY
    with pytest.raises(NotPossible):
        end_beat(lane(), by=he(), at=NOON)
    with pytest.raises(NotPossible):
        chief(fang())


def test_a_beat_is_seen_by_its_chief_and_by_the_posts_above_it_only():
    chief()
    for by in (luo(), fang(), shen(), he()):
        assert beat_for("huaishu-lane", by=by, on=TODAY) == lane()
    for by in (stranger(), outsider()):
        with pytest.raises(NotFound):
            beat_for("huaishu-lane", by=by, on=TODAY)
    assert not visible_beats(luo(), on=days_ago(1000)).exists()


def test_missed_weeks_are_listed_with_how_long_they_have_been_over():
    chief()
    weekly()
    # Weeks begin on 2, 9, 16 and 23 February and on 2 March; today is Wednesday the 4th.
    walked(date(2026, 2, 8), date(2026, 2, 23))
    [row] = coverage(Beat.objects.all(), MONTH, on=TODAY)
    states = [(one.span.first.day, one.state, one.missed_days) for one in row.rows]
    assert states == [
        (2, State.DONE, 0),
        (9, State.MISSED, 17),
        (16, State.MISSED, 10),
        (23, State.DONE, 0),
        (2, State.OPEN, 0),
    ]
    assert (row.done, row.missed, row.longest_missed) == (2, 2, 17)


def test_a_walk_of_somebody_else_is_not_the_chiefs():
    chief()
    chief(fang())
    weekly()
    walked(days_ago(9), by=fang())
    done = {
        row.chief.official.name: row.done for row in coverage(Beat.objects.all(), MONTH, on=TODAY)
    }
    assert done == {"罗巷长": 0, "方街道": 1}


def test_where_the_city_has_set_no_frequency_nothing_is_missed():
    chief()
    [row] = coverage(Beat.objects.all(), MONTH, on=TODAY)
    assert (row.frequency, row.rows, row.missed) == (None, [], 0)


def test_a_new_frequency_ends_the_older_and_both_are_judged_by_their_own_days():
    chief()
    weekly()
    weekly(period="day", from_on=date(2026, 3, 2))
    assert [row.until_on for row in Frequency.objects.order_by("from_on")] == [
        date(2026, 3, 1),
        None,
    ]
    [row] = coverage(Beat.objects.all(), Span(date(2026, 2, 23), TODAY), on=TODAY)
    assert [(one.span.first, one.span.last) for one in row.rows] == [
        (date(2026, 2, 23), date(2026, 3, 1)),
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 3, 3), date(2026, 3, 3)),
        (date(2026, 3, 4), date(2026, 3, 4)),
    ]


def test_a_frequency_without_its_source_is_refused():
    with pytest.raises(WrongInput):
        set_frequency(role(), Wanted("week", 1, TODAY, " "), by=he(), unit=city(), at=NOON)


def test_shipped_frequencies_name_their_source_and_roles_without_one_have_none():
    for shipped in shipped_roles().values():
        assert shipped.source or not any("period" in said for said in shipped.roles)
        adopt_roles(shipped.code, from_on=TODAY, by=he(), unit=city(), at=NOON)
    found = dict(Frequency.objects.values_list("role__code", "period"))
    assert found == {
        "river-general": "year",
        "river-city": "quarter",
        "river-district": "month",
        "river-street": "ten_days",
        "river-village": "week",
    }
    assert not Role.objects.get(code="lane-chief").frequencies.exists()
    assert not Frequency.objects.filter(source="").exists()


def test_residents_read_role_and_unit_at_a_place_and_no_name(client):
    chief()
    page = client.get(reverse("neighbourhood:place", args=[place().code])).content.decode()
    assert "槐树巷" in page
    assert "河街道办事处" in page
    assert "罗巷长" not in page
    assert "luo" not in page
    assert chiefs_at([elsewhere()], on=TODAY) == []


def test_a_supervisor_sees_the_coverage_of_their_own_units_only(django_assert_max_num_queries):
    chief()
    weekly()
    address, browser = reverse("patrols:coverage"), at_desk(shen())
    with django_assert_max_num_queries(12):
        seen = browser.get(address).content.decode()
    assert "槐树巷" in seen
    assert "槐树巷" not in at_desk(stranger()).get(address).content.decode()


def test_pages_of_many_beats_cost_no_more_than_those_of_one(django_assert_max_num_queries):
    weekly()
    for number in range(12):
        chief(beat=lane(f"lane-{number}"))
    for by, name in ((luo(), "home"), (shen(), "coverage"), (he(), "beats"), (he(), "plans")):
        browser = at_desk(by)
        with django_assert_max_num_queries(12):
            assert browser.get(reverse(f"patrols:{name}")).status_code == 200


def test_more_beats_than_fit_on_a_page_are_all_reached(django_assert_max_num_queries):
    weekly()
    for number in range(60):
        chief(beat=lane(f"lane-{number:02d}"))
    for by, name in ((luo(), "home"), (shen(), "coverage"), (he(), "beats")):
        browser, found = at_desk(by), set()
        for page in range(1, 5):
            with django_assert_max_num_queries(12):
                shown = browser.get(reverse(f"patrols:{name}"), {"page": page})
            found |= set(re.findall(r"beats/(lane-\d\d)/", shown.content.decode()))
        assert len(found) == 60


def test_an_administrator_sets_a_beat_up_from_the_pages():
    admin = at_desk(he())
    admin.post(reverse("patrols:adopt_roles"), {"list": "streets-and-grids"})
    beat = {"name": "柳巷", "code": "liu-lane", "kind": "lane", "unit": street().pk, "shape": LINE}
    assert admin.post(reverse("patrols:beats"), beat).status_code == 302
    chosen = {"sign_in_name": luo().sign_in_name, "since": "2026-03-01"}
    chosen["role"] = Role.objects.get(code="lane-chief").pk
    assert (
        admin.post(reverse("patrols:appoint_chief", args=["liu-lane"]), chosen).status_code == 302
    )
    often = {"role": chosen["role"], "times": 2, "period": "week", "from_on": "2026-03-01"}
    wrong = admin.post(reverse("patrols:set_frequency"), often)
    assert wrong.status_code == 400
    often["source"] = "本市规定"
    assert admin.post(reverse("patrols:set_frequency"), often).status_code == 302
    page = admin.get(reverse("patrols:beat_detail", args=["liu-lane"])).content.decode()
    assert "罗巷长" in page


def test_a_unit_reads_once_in_the_morning_what_was_missed():
    chief()
    chief(fang())
    weekly()
    walked(date(2026, 2, 23))
    # The week from 16 February was walked by nobody; the one from the 23rd by one of the two.
    for day in (date(2026, 2, 23), date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 3)):
        tell_missed(on=day, at=NOON)
    told = Notice.objects.filter(code="patrol.missed").order_by("pk")
    assert [(one.unit, one.facts["count"]) for one in told] == [(street(), 2), (street(), 1)]
    assert str(said(told)[1].sentence).endswith("1.")


def test_what_was_missed_long_before_is_not_told_any_more():
    chief()
    weekly()
    tell_missed(on=TODAY, at=NOON)
    assert Notice.objects.filter(code="patrol.missed").count() == 1

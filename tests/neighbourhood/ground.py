"""A lane and its chief, a river, and the people who watch over them."""

from datetime import date, timedelta

from huiyin.departments.models import Official, Post, Unit
from huiyin.neighbourhood.beats import BeatFacts, Wanted, add_beat, appoint_chief, set_frequency
from huiyin.neighbourhood.models import Beat, Chief, Role
from huiyin.places.actions import PlaceRow, add_places
from huiyin.places.models import Place
from huiyin.places.rules import Level
from tests.makers import NOON, city, make_official, make_unit, official_once
from tests.people import he
from tests.places.ground import tile

TODAY = NOON.date()
LONG_AGO = date(2025, 1, 1)
LINE = '{"type": "LineString", "coordinates": [[110.01, 30.01], [110.02, 30.02]]}'
# A point inside the community of `place()`.
POINT = (110.02, 30.02)


def place() -> Place:
    """A community in a street."""
    known = Place.objects.filter(code="120101").first()
    if known:
        return known
    rows = [
        PlaceRow("1", "和安市", Level.CITY, None, tile(0, 0, columns=4, rows=2)),
        PlaceRow("1201", "河街道", Level.STREET, "1", tile(0, 0, columns=2)),
        PlaceRow("120101", "槐树社区", Level.COMMUNITY, "1201", tile(0, 0)),
        PlaceRow("120102", "柳树社区", Level.COMMUNITY, "1201", tile(1, 0)),
    ]
    add_places(rows)
    return Place.objects.get(code="120101")


def elsewhere() -> Place:
    """The community beside it."""
    place()
    return Place.objects.get(code="120102")


def street() -> Unit:
    """The street office."""
    known = Unit.objects.filter(code="river-street").first()
    return known or make_unit("河街道办事处", code="river-street", level="street")


def other_street() -> Unit:
    """Another street office."""
    known = Unit.objects.filter(code="hill-street").first()
    return known or make_unit("山街道办事处", code="hill-street", level="street")


def role(code: str = "lane-chief", name: str = "街巷长") -> Role:
    """A role."""
    return Role.objects.get_or_create(code=code, defaults={"name": name, "name_en": code})[0]


def lane(code: str = "huaishu-lane", *, unit: Unit | None = None) -> Beat:
    """A lane of the street."""
    known = Beat.objects.filter(code=code).first()
    facts = BeatFacts(code, "槐树巷", "lane", place(), LINE)
    return known or add_beat(facts, unit=unit or street(), by=he(), at=NOON)


def luo() -> Official:
    """The chief of the lane; holds no post, as a lane steward may."""
    return official_once("luo", "罗巷长", unit=city())


def fang() -> Official:
    """An officer of the street."""
    return official_once("fang", "方街道", Post.OFFICER, unit=street())


def shen() -> Official:
    """The supervisor of the street."""
    return official_once("shen", "沈督查", Post.SUPERVISOR, unit=street())


def stranger() -> Official:
    """An officer and supervisor of the other street."""
    known = Official.objects.filter(sign_in_name="stranger").first()
    return known or make_official(
        Post.OFFICER, Post.SUPERVISOR, unit=other_street(), sign_in_name="stranger", name="外街道"
    )


def chief(
    official: Official | None = None, *, beat: Beat | None = None, since: date = LONG_AGO
) -> Chief:
    """Make somebody chief of the lane."""
    return appoint_chief(
        beat or lane(), official or luo(), role=role(), since=since, by=he(), at=NOON
    )


def weekly(times: int = 1, *, from_on: date = LONG_AGO, period: str = "week") -> None:
    """The city sets how often lane chiefs walk."""
    wanted = Wanted(period, times, from_on, "本市规定")
    set_frequency(role(), wanted, by=he(), unit=city(), at=NOON)


def days_ago(number: int) -> date:
    """A day before today."""
    return TODAY - timedelta(days=number)

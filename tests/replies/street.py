"""A street that works with others: its district, its communities, and five departments."""

from dataclasses import dataclass
from datetime import timedelta

from huiyin.cases.models import Assignment, Case, Status
from huiyin.departments.models import Official, Post, Unit
from huiyin.replies.joint.whistles import Call, Spot, blow_whistle
from tests.makers import NOON, city, make_case, make_unit, minutes, official_once

NAMES = {
    "fire": "消防救援支队",
    "market": "市场监督管理局",
    "housing": "住房和城乡建设局",
    "patrol": "城市管理综合行政执法局",
    "power": "供电公司",
}
BEGUN = NOON + minutes(60)


@dataclass
class Street:
    """The units of a story, and whoever works there."""

    district: Unit
    street: Unit
    community: Unit
    called: dict[str, Unit]

    def officer(self, name: str = "street") -> Official:
        """An officer of the street, of its community, or of a department by its short name."""
        unit = getattr(self, name, None) or self.called[name]
        return official_once(f"officer-{unit.code}", f"{unit.name}承办员", Post.OFFICER, unit=unit)

    def supervisor(self, name: str = "district") -> Official:
        """A supervisor of the district, the street, or a department by its short name."""
        unit = getattr(self, name, None) or self.called[name]
        return official_once(
            f"supervisor-{unit.code}", f"{unit.name}督办员", Post.SUPERVISOR, unit=unit
        )


def make_street() -> Street:
    """The street of 槐树 in 城东区, its first community, and the departments it can whistle."""
    district = make_unit("城东区人民政府", code="east", level="district")
    street = make_unit("槐树街道办事处", code="locust", parent=district, level="street")
    community = make_unit("槐一社区居委会", code="locust-1", parent=street, level="community")
    called = {
        # Two of the city, three of the district itself.
        name: make_unit(said, code=name, parent=city() if at < 2 else district)
        for at, (name, said) in enumerate(NAMES.items())
    }
    return Street(district, street, community, called)


def case_of(town: Street, status: Status | str = Status.IN_HAND, **facts) -> Case:
    """A case that the street works."""
    facts.setdefault("text", "夜市占道，油烟扰民，消防通道被堵。")
    return make_case(status, unit=town.street, **facts)


def call(town: Street, *names: str, **facts) -> Call:
    """A call for everybody to the night market at two, to be done by the next day."""
    units = tuple(town.called[name] for name in names or NAMES)
    facts.setdefault("what_for", "联合检查夜市占道和消防通道。")
    facts.setdefault("where", Spot("槐树街夜市东口", 116.4, 39.9))
    facts.setdefault("report_by", NOON + timedelta(hours=2))
    facts.setdefault("due_at", NOON + timedelta(days=1))
    return Call(units, **facts)


def whistled(town: Street, *names: str, **facts) -> tuple[Case, dict[str, Assignment]]:
    """A case for which the street has called these departments, and their parts."""
    case = case_of(town)
    whistle = blow_whistle(case.number, call(town, *names, **facts), by=town.officer(), at=BEGUN)
    called = whistle.called.select_related("part__unit")
    return case, {one.part.unit.code: one.part for one in called}


def part_now(part: Assignment) -> Assignment:
    """A part as the next person finds it."""
    return Assignment.objects.select_related("unit", "asked_by").get(pk=part.pk)

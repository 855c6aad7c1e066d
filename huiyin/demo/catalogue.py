"""The dispatch catalogue and the lists of duties of 和安市: a line for every kind of matter.

The bases are the general ones of a published regulation; the division of duties is invented.
"""

from datetime import date, datetime, time
from typing import Any

from huiyin.cases.models import Category
from huiyin.demo.matters import PREFIX, category_code, matters
from huiyin.demo.rhythm import ZONE
from huiyin.departments.models import UnitLevel
from huiyin.departments.queries import forget_kept
from huiyin.dispatch.catalogue import put_in_force, replace_lines, start_draft
from huiyin.dispatch.lines import Line
from huiyin.dispatch.models import CatalogueVersion, Duty
from huiyin.dispatch.rules import EMERGENCY, Stance

BY = "system:demo"
NOTE = "和安市派单目录(演示)"
BASIS = "演示目录;参照《北京市接诉即办工作条例》第十一条:职权法定、属地管理、分级负责"
NOT_FOR_STREETS = "国办函〔2025〕66号:职能部门职责范围内的事项不得派给基层"
# Who helps whom.
ASSIST = {
    "illegal-building": ("urban-management", "planning"),
    "elevator": ("housing",),
    "site": ("urban-management",),
    "ebike": ("housing",),
    "wages": ("housing",),
}
# What a street cannot decide, so that it never leads it.
ONLY_DEPARTMENTS = frozenset(
    {"market", "labour", "education", "health", "medical-insurance", "tax", "police", "traffic"}
)


def install_catalogue(categories: dict[str, Category], *, since: date) -> CatalogueVersion:
    """Put the catalogue and the lists of duties of the demo city in force from a day on."""
    begins = datetime.combine(since, time.min, tzinfo=ZONE)
    # The units were founded a moment ago, perhaps in place of others.
    forget_kept()
    version = start_draft(by=BY, at=begins, note=NOTE)
    replace_lines(version, catalogue_lines(), by=BY, at=begins)
    Duty.objects.bulk_create(
        Duty(
            unit_level=UnitLevel.STREET,
            category=categories[matter.code],
            stance=Stance.ASSIST_ONLY,
            basis=NOT_FOR_STREETS,
        )
        for matter in matters()
        if matter.owner in ONLY_DEPARTMENTS
    )
    Duty.objects.bulk_create(
        Duty(
            unit_level=UnitLevel.COMMUNITY,
            category=categories[matter.code],
            stance=Stance.ASSIST_ONLY,
            basis=BASIS,
        )
        for matter in matters()
        if matter.owner == "street"
    )
    return put_in_force(version, since, by=BY, at=begins)


def catalogue_lines() -> list[Line]:
    """Every line: one a matter, and those for emergencies, nights and seasons."""
    lines = []
    for matter in matters():
        code = category_code(matter)
        by_place = matter.owner == "street"
        aim = {"unit_level": UnitLevel.STREET.value} if by_place else {"unit": matter.owner}
        facts: dict[str, Any] = {
            "category": code,
            "assist": ASSIST.get(matter.code, ()),
            "basis": BASIS,
            **aim,
        }
        lines.append(Line(**facts))
        if matter.deadline_class == EMERGENCY:
            lines.append(Line(**facts, conditions={"classes": [EMERGENCY]}))
    lines += [
        Line(
            conditions={"classes": [EMERGENCY]},
            unit="emergency",
            basis="演示目录:可能危及人身、财产安全的,先由应急管理局协调",
        ),
        Line(
            category=f"{PREFIX}.environment.square",
            conditions={"hours": "22:00-06:00"},
            unit="police",
            basis="演示目录:夜间噪声由公安机关到场处置",
        ),
        Line(
            category=f"{PREFIX}.services.heating",
            conditions={"season": "03-16~11-14"},
            unit="housing",
            assist=("heat",),
            basis="演示目录:非采暖季的供暖问题由住房和城乡建设部门牵头",
        ),
    ]
    return [Line(**{**vars(line), "number": number}) for number, line in enumerate(lines, start=1)]

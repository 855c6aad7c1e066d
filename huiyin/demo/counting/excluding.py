"""Exclusions of the demo city: most units ask seldom, and the unit that games its figures often.

Everything goes through the same actions as in a living city, with the demo accounts, over the
last months; what is asked for at the end still waits for its ruling.
"""

import random
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.counting.exclusions.asking import Plea, ask_exclusion
from huiyin.counting.exclusions.lapsing import lapse_overdue
from huiyin.counting.exclusions.models import CountingPaper, Exclusion
from huiyin.counting.exclusions.rechecking import Look, note_recheck
from huiyin.counting.exclusions.ruling import Verdict, rule_on
from huiyin.demo.planting import GAMING_UNIT
from huiyin.demo.units import City
from huiyin.departments.actions import give_post
from huiyin.departments.models import Official, Post
from huiyin.followup.models import CallBack

DAYS, MOST = 120, 90
# Of the call-backs that went badly: how many a unit wants left out, and how many that games.
ASKED, ASKED_GAMING = 0.15, 0.9
GROUNDS = {
    "outside_duty": "诉求涉及商家与个人之间的纠纷，不属于政府职责，已书面告知解决渠道。",
    "legal_channel": "当事人已向法院起诉，案件正在审理，附受理通知书。",
    "same_matter": "同一事项已于此前办结并答复，本次无新的事实。",
    "not_feasible": "受施工条件所限暂时无法解决，已当面解释并告知。",
    "untrue": "经现场核查，所反映的情况不属实，附核查记录。",
}
REFUSED = ("佐证材料不能证明所述理由。", "该事项属于单位职责范围，应当办理。")
GRANTED = ("情况属实，同意剔除。", "材料齐全，同意。")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def plant_exclusions(city: City, *, seed: int, until: datetime) -> int:
    """Let units ask, supervisors rule, and a third person look again; gives how many asked."""
    chance = random.Random(f"exclusions {seed}")  # noqa: S311 - invented papers
    third = _third_person(city, until)
    asked = 0
    for call in _gone_badly(until):
        unit = call.case.unit
        if asked == MOST or unit is None or call.round_number != call.case.round_number:
            continue
        gaming = unit.code == GAMING_UNIT
        at = call.at + timedelta(hours=chance.uniform(4, 90))
        if chance.random() >= (ASKED_GAMING if gaming else ASKED) or at > until:
            continue
        ground = chance.choice(list(GROUNDS))
        proof = SimpleUploadedFile("佐证材料.pdf", PDF)
        plea = Plea(call.round_number, ground, GROUNDS[ground], [proof])
        paper = ask_exclusion(call.case.number, plea, by=city.officers[unit.code], at=at)
        row = _rule(paper, city, chance, gaming=gaming, until=until)
        if row is not None:
            _look(row, third, chance, until=until)
        asked += 1
    lapse_overdue(at=until)
    return asked


def _gone_badly(until: datetime) -> list[CallBack]:
    """The last call-backs in which residents called it unsolved or were not fully satisfied."""
    rows = CallBack.objects.filter(reached=True, case__status="closed", case__parent=None)
    rows = rows.filter(at__gt=until - timedelta(days=DAYS), solved__isnull=False)
    rows = rows.exclude(solved=True, satisfied="satisfied")
    beside = ("case", "case__unit", "case__intake_unit")
    return list(rows.select_related(*beside).order_by("-at", "-pk")[: MOST * 12])


def _third_person(city: City, until: datetime) -> Official:
    """A second supervisor of the hotline: neither who asks nor who rules looks again."""
    account = city.hotline[Post.SUPERVISOR]
    third = Official.objects.create(
        sign_in_name="supervisor-2", name="吴志远", password=account.password
    )
    since = (until - timedelta(days=2 * DAYS)).date()
    give_post(third, Post.SUPERVISOR, unit=city.units["hotline"], held_from=since)
    return third


def _rule(
    paper: Exclusion, city: City, chance: random.Random, *, gaming: bool, until: datetime
) -> CountingPaper | None:
    at = paper.asked_at + timedelta(hours=chance.uniform(2, 60))
    # A few lie until it is too late.
    if at > until or chance.random() < 0.06:
        return None
    is_granted = chance.random() < (0.85 if gaming else 0.6)
    words = chance.choice(GRANTED if is_granted else REFUSED)
    by = city.hotline[Post.SUPERVISOR]
    return rule_on(paper, Verdict(is_granted, words), by=by, at=at)


def _look(row: CountingPaper, third: Official, chance: random.Random, *, until: datetime) -> None:
    at = (row.ruled_at or until) + timedelta(days=chance.uniform(1, 6))
    if row.recheck_by is None or at > until:
        return
    found = "annulled" if row.unit.code == GAMING_UNIT or chance.random() < 0.2 else "stands"
    said = "复核认为理由不成立。" if found == "annulled" else "复核属实。"
    note_recheck(row, Look(found, said), by=third, at=at)

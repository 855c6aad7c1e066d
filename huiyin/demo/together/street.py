"""The street of the demo account whistles: one unit comes, one refuses; a dispatch is recalled.

Everything goes through the same actions as in a living city; where a small city has no case for
a scene, the scene is left out.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from huiyin.cases.models import Assignment, AssignmentRole, Case, Status
from huiyin.cases.papers.applications import Verdict
from huiyin.cases.parts import Task, accept_part, ask_for_part, finish_part
from huiyin.cases.rules import Ruling
from huiyin.demo import wording
from huiyin.demo.neighbourhood import STREET, Quarter
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.duties import why_no_part
from huiyin.dispatch.objections import recall_dispatch
from huiyin.replies.joint.arrivals import Arrival, report_arrival
from huiyin.replies.joint.assessing import View, assess, things_about
from huiyin.replies.joint.refusals import refuse_part, rule_on_refusal
from huiyin.replies.joint.whistles import Call, Spot, blow_whistle

HOUR = timedelta(hours=1)
COMES, CONFIRMED, WAITS = "urban-management", "market", "fire"
REFUSED = "经现场核查，该事项不属于我单位职责，建议由主管部门牵头。"
DUTY = "按职责清单，该事项由你单位配合办理，请到场。"
HANDED_DOWN = "请上门核实情况，先行劝导并反馈。"
REPORTED = "已上门核实，居民同意配合，照片已发街道。"
WRONG_UNIT = "选错承办单位，撤回重派。"


def install_joint_work(quarter: Quarter) -> None:
    """Let the street whistle on one of its open cases, and a dispatcher take a dispatch back."""
    own = Case.objects.filter(status=Status.IN_HAND, unit=quarter.city.units[f"S{STREET}"])
    case = own.filter(moved_at__lt=quarter.until - 3 * HOUR).order_by("-moved_at").first()
    if case is not None:
        _whistled(quarter, case)
    _handed_down(quarter, own)
    _recalled(quarter)


def _handed_down(quarter: Quarter, own: QuerySet[Case]) -> None:
    """Communities get a part of what their list of duties holds; the first has reported back."""
    at, done = quarter.until - 2 * HOUR, False
    for case in own.filter(moved_at__lt=at).select_related("place", "category").order_by("number"):
        community = quarter.city.units.get(f"C{case.place.code}") if case.place else None
        if community is None or why_no_part(case, community):
            continue
        task, role = Task(HANDED_DOWN, at + 8 * HOUR), AssignmentRole.BELOW
        part = ask_for_part(case.number, community, task, role=role, by=quarter.chief, at=at)
        by = quarter.city.officers[community.code]
        accept_part(case.number, part.pk, by=by, at=at + HOUR / 2)
        if not done:
            finish_part(case.number, part.pk, REPORTED, by=by, at=at + HOUR)
            done = True


def _whistled(quarter: Quarter, case: Case) -> None:
    units, officers = quarter.city.units, quarter.city.officers
    called = [units[code] for code in (COMES, CONFIRMED, WAITS)]
    at = quarter.until - 2 * HOUR
    where = Spot(case.address or case.title)
    call = Call(tuple(called), wording.WHISTLE_FOR[0], where, at + HOUR, at + 24 * HOUR)
    blow_whistle(case.number, call, by=quarter.chief, at=at)
    rows = Assignment.objects.filter(case=case, unit__in=called).select_related("unit")
    parts = {part.unit.code: part for part in rows}
    _comes(quarter, case, parts[COMES], at)
    for code in (CONFIRMED, WAITS):
        refused = refuse_part(
            case.number,
            parts[code].pk,
            "not_our_duty",
            REFUSED,
            by=officers[code],
            at=at + HOUR / 2,
        )
        if code == CONFIRMED:
            verdict = Verdict(Ruling.REFUSE, DUTY)
            supervisor = quarter.city.hotline["supervisor"]
            rule_on_refusal(refused.pk, verdict, by=supervisor, at=at + HOUR)


def _comes(quarter: Quarter, case: Case, part: Assignment, at: datetime) -> None:
    """The unit comes, does its part, and both sides mark each other."""
    by, lead = quarter.city.officers[COMES], quarter.chief
    arrived = Arrival(f"{part.unit.name}执法人员", 2)
    report_arrival(case.number, part.pk, arrived, by=by, at=at + HOUR / 2)
    finish_part(case.number, part.pk, wording.PART_RESULTS[0], by=by, at=at + HOUR)
    part.refresh_from_db()
    street = quarter.city.units[f"S{STREET}"]
    for about, official in ((part.unit, lead), (street, by)):
        view = View(dict.fromkeys(things_about(about, part), 4), "配合及时。")
        assess(case.number, part.pk, view, about=about, by=official, at=at + 1.5 * HOUR)


def _recalled(quarter: Quarter) -> None:
    """A dispatcher presses the wrong button and notices at once."""
    waiting = Case.objects.filter(status=Status.RECEIVED, parent=None, round_number=1)
    case = waiting.filter(unit=None).order_by("-received_at").last()
    if case is None:
        return
    at, by = quarter.until - timedelta(minutes=2), quarter.city.hotline["dispatcher"]
    wrong = quarter.city.units[CONFIRMED]
    dispatch_case(case.number, wrong, by=by, at=at)
    recall_dispatch(case.number, WRONG_UNIT, by=by, at=at + timedelta(minutes=1))

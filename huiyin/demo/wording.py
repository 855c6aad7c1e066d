"""How people of the demo city put things: the voice of an operator, of a resident, of a unit.

An operator writes of a caller (来电人反映…), who asks on the web writes of themselves.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from huiyin.demo.matters import Ask
from huiyin.demo.plans import Plan
from huiyin.demo.scenes import Scene

# Between what happened and what is wanted.
JOINTS = ("。", "，")
SINCE = ("三天", "一个星期", "半个多月", "快一个月", "好几天", "十来天")
WHEN = ("早上六点", "早高峰", "中午", "傍晚", "晚上八点", "夜里十一点", "凌晨两点")


@dataclass(frozen=True)
class Voice:
    """How one channel begins and ends, by kind of request; who speaks of themselves as what."""

    person: str
    begins: Mapping[str, tuple[str, ...]]
    ends: Mapping[str, tuple[str, ...]]


_OPERATOR_ENDS = {
    "complaint": ("希望尽快处理。", "要求尽快解决。", "请相关部门核实处理。", "希望给予答复。"),
    "help": ("希望尽快处理。", "请派人到现场查看。", "希望有关部门尽快解决。"),
    "report": ("要求查处。", "请执法部门核查并依法处理。", "希望尽快检查整治。"),
    "suggestion": ("希望采纳。", "请相关部门研究。"),
    "thanks": ("请转达谢意。", "特来电表示感谢。"),
}
_OWN_ENDS = {
    "complaint": ("请尽快处理。", "希望早点解决，谢谢。", "盼复。", "请给个说法。"),
    "help": ("麻烦派人来看看，谢谢。", "请尽快处理。", "急，盼回复。"),
    "report": ("请查处。", "希望严肃处理。", "请派人来检查。"),
    "suggestion": ("望采纳，谢谢。", "请考虑。"),
    "thanks": ("谢谢！", "请代为转达。"),
}
_OWN_BEGINS = {
    "complaint": ("", "", "您好，", "你好，", "反映一个问题："),
    "help": ("", "", "您好，", "你好，", "求助："),
    "report": ("", "举报：", "我要举报，"),
    "suggestion": ("", "提个建议：", "建议："),
    "thanks": ("表扬：", "想表扬一下，"),
    "consultation": ("请问", "您好，请问", "想咨询一下，", "咨询："),
}


def _operator(who: str) -> Voice:
    begins = {
        "complaint": (f"{who}反映，", f"{who}反映，", f"{who}称，"),
        "help": (f"{who}反映，", f"{who}称，", f"{who}求助，"),
        "report": (f"{who}举报，", f"{who}反映，"),
        "suggestion": (f"{who}建议，", f"{who}提出，"),
        "thanks": (f"{who}表扬，", f"{who}反映，"),
        "consultation": (f"{who}咨询，", f"{who}询问，"),
    }
    return Voice("其", begins, _OPERATOR_ENDS)


OWN = Voice("我", _OWN_BEGINS, _OWN_ENDS)
VOICES = {"phone": _operator("来电人"), "visit": _operator("来访人")}
AGAIN = {
    "其": (
        "上次反映后修过，没过几天又出现同样问题，",
        "之前来电反映过此事，答复已解决，现在又反复，",
    ),
    "我": ("上次反映以后好了几天，现在又是老样子，", "以前打过电话说解决了，现在又反复了，"),
}
BRUSH_OFF = (
    "您反映的问题已收悉，已转相关部门处理，感谢您的理解与支持。",
    "已按规定办理，请知悉。",
    "该问题我单位高度重视，将进一步加强管理。",
    "已安排人员关注，后续将持续跟进。",
)
GREETINGS = ("", "", "您好，您反映的问题已收悉。", "诉求人您好，现将办理情况答复如下：")
SECOND_LOOK = ("收到回访意见后，我单位再次办理。", "针对回访反映的问题，已重新核查办理。")
BORDER_REASONS = (
    "经现场核实，该地点位于两街道交界道路的对侧，不属我街道管辖，建议派{other}。",
    "按行政区划界线，道路中心线以外由{other}负责，请改派。",
    "此前同类诉求由{other}办理，为避免重复处置，申请退回改派。",
)
RETURN_REASONS = (
    "该事项不属于我单位职责，按职责分工建议派{other}办理。",
    "经核实产权和管理单位为{other}，申请改派。",
    "现场核查后认定属地管理事项，建议由{other}主办，我单位配合。",
)
RULED = {
    "redispatch": ("经核实属{unit}职责范围，改派{unit}主办。", "理由成立，改派{unit}办理。"),
    "return": ("理由成立，退回重新研判派单。",),
    "uphold": (
        "该地点在贵单位辖区内，异议不成立，请按期办理。",
        "职责清单已列明此类事项，维持原派单。",
    ),
    "designate": (
        "经多次协调仍有争议，现指定{unit}主办，不得再退。",
        "现场会商后指定{unit}牵头，另一方配合。",
    ),
}
EXTENSION_WORDS = {
    "outside_procedure": "需先完成占道施工审批，审批时间不由我单位决定。",
    "on_site_proof": "需专业机构现场检测，检测报告约需两周。",
    "industry_rule": "按行业规范需停气置换后方可施工，申请延期。",
    "law": "按法定程序需公告，公告期不计入办理时间。",
}
GRANTED = ("依据充分，同意延期，请告知诉求人。", "情况属实，同意。")
REFUSED = ("所列事项可在原时限内完成，不同意延期。", "未附依据，不同意。")
PARKING_WORDS = {
    "money": "改造资金需列入下年度预算，已报财政部门。",
    "planning": "涉及道路红线调整，需待规划批复。",
    "history": "涉及多家产权单位，历史遗留，需逐户协商。",
    "season": "须待雨季结束后施工。",
}
MILESTONES = ("完成现场测量和方案", "方案报批", "进场施工", "验收并告知诉求人")
PARKED = ("说明属实，列入台账，按节点推进。", "经现场核验，暂不具备解决条件，同意挂账。")
NOT_PARKED = "经核验具备解决条件，不同意挂账，请继续办理。"
RESUMED = "台账日期已到，恢复办理。"
WHISTLE_FOR = (
    "现场多部门职责交叉，请到场联合处置。",
    "需联合执法，请派员到场。",
    "请到场共同核查并各自处理职责内事项。",
)
PART_RESULTS = (
    "已到场核查，职责内问题当场整改。",
    "已责令停止并立案。",
    "已完成清理，加强日常巡查。",
)
WITHOUT_PARTS = "该单位部分属后续整治，不影响本次答复。"
ROUTES = {
    "outside_duty": "您反映的属于民事或市场行为，不属于政府职责；可与对方协商，或依合同约定处理。",
    "legal_channel": "该事项正在或应当通过诉讼、仲裁、行政复议等法定途径解决，请向受理机关提出。",
    "emergency": "情况紧急，已立即转接110、119、120处置。",
    "unlawful": "您的请求与法律法规不符，已向您解释，无法办理。",
    "secret": "该事项涉及他人隐私，不能答复具体内容，请理解。",
}
TAKE_UP = "诉求人补充了新的情况，要求重新受理。"
BODIES = {
    "police": ("已受理，按管辖转公安机关处理，我们将询问结果并告知您。", "市公安局"),
    "court": ("已告知并转送法院诉讼服务中心，我们将询问进展并告知您。", "法院诉讼服务中心"),
    "petition_office": ("已受理，按信访程序转送信访部门，我们将询问结果并告知您。", "市信访办公室"),
    "other_city": ("该事项属外市管辖，已转送对方热线，我们将询问结果并告知您。", "邻市热线"),
}
OUTCOME = (
    "经询问，对方已受理并作出处理，结果由其书面告知您。",
    "经询问，对方已办结，处理结果已告知您。",
)
WITHDRAW_REASONS = (
    "诉求人称问题已自行解决，要求撤回。",
    "诉求人重复登记，要求撤销本件。",
    "诉求人来电表示已与对方协商好，不再反映。",
)
TAKE_UP_REASONS = ("诉求人来电称问题又出现，要求继续办理。",)
UNSOLVED = (
    "诉求人称承办单位来过但没有处理好，问题依旧。",
    "诉求人表示只是口头答复，没有实际措施。",
    "诉求人称当天好了，第二天又出现同样情况。",
    "诉求人表示没有人联系过，情况没有改变。",
)
UNSOLVED_OWN = (
    "没有解决，还是老样子。",
    "只打了个电话，什么都没做。",
    "来看了一眼就走了，问题还在。",
)
ASK_AGAIN = ("处理后不到半个月又出现了，请再处理一次。", "答复说完成了，实际只做了一半。")
# Why no further round begins: the ground, and the words the resident reads.
NOT_REASONABLE = (
    ("done_as_owed", "承办单位已依法依规办结，现场核查属实。如有新的情况，可凭回执再次提出。"),
    ("not_feasible", "目前不具备解决条件，已列入计划并说明。条件具备时可凭回执再次提出。"),
    ("other_matter", "您补充的是另一件事，建议作为新的诉求提出，我们另行派单办理。"),
)
NOT_REACHED = ("无人接听。", "电话关机。", "来电人正忙，约改时再拨。", "号码无法接通。")
ADDED = (
    "补充：今天情况更严重了，请尽快。",
    "补充：已经联系过物业，物业说要等你们处理。",
    "补充地点：在路北侧，靠近公交站。",
    "补充：方便的话请下午六点以后联系。",
)
TOLD = {
    "placed": (
        "已电话联系诉求人，告知安排人员到场处理，预计{n}日内办结。",
        "已与诉求人通话，核实地点和情况，说明办理步骤和时限。",
        "已上门见到诉求人，现场确认问题并说明处理办法。",
    ),
    "report": (
        "已电话联系举报人，告知线索已受理，将依法核查并为其保密。",
        "已与举报人通话，核实线索细节，说明办理时限。",
    ),
    "timely": (
        "已电话联系诉求人，告知人员已在途中，预计今日处理完毕。",
        "已与诉求人通话，说明原因和预计恢复时间。",
        "已上门见到诉求人，现场查看并开始处理。",
    ),
    "emergency": (
        "已电话联系诉求人，告知抢修人员正在赶往现场。",
        "已与诉求人通话，提醒注意安全并说明到场时间。",
    ),
    "words": (
        "已电话联系诉求人，说明政策依据和办理流程。",
        "已与诉求人通话，了解具体情况，告知将书面答复。",
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody asks, and the answers that fit it, with blanks."""

    text: str
    answers: tuple[str, ...]
    is_english: bool = False


def said_in(chance: random.Random, plan: Plan, scene: Scene, channel: str) -> Said:
    """What somebody asks, in the voice of the channel; a few write in English."""
    ask, pick = plan.ask, chance.choice
    if ask.english and channel in {"web", "app"} and chance.random() < 0.35:
        text = pick(ask.english).format_map({**scene.names, "where": scene.where_en})
        return Said(f"{text}{'?' if ask.kind == 'consultation' else '.'}", ask.done_en, True)
    voice = VOICES.get(channel, OWN)
    names = {
        **scene.names,
        "where": pick(scene.ways),
        "since": pick(SINCE),
        "when": pick(WHEN),
        "I": voice.person,
    }
    if ask.pairs:
        pattern, answer = pick(ask.pairs)
        answers: tuple[str, ...] = (answer,)
    else:
        pattern, answers = pick(ask.texts), ask.done
        if plan.wording is not None:
            pattern = ask.texts[plan.wording % len(ask.texts)]
    text, begins = pattern.format_map(names), pick(voice.begins[ask.kind])
    if plan.again:
        begins += pick(AGAIN[voice.person])
    if ask.kind == "consultation":
        return Said(f"{begins}{text}{'？' if voice is OWN else '。'}", answers)
    return Said(f"{begins}{text}{pick(JOINTS)}{pick(voice.ends[ask.kind])}", answers)


def title_of(ask: Ask, scene: Scene) -> str:
    """A title as operators write it: the spot and the matter."""
    return ask.title.format_map(scene.names)


def answer_text(chance: random.Random, said: Said, scene: Scene, *, on: datetime) -> str:
    """What an honest unit answers: what was done, on which day, by whom."""
    names = {**scene.names, "day": f"{on.month}月{on.day}日"}
    if said.is_english:
        names |= {"where": scene.where_en, "day": f"{on.day} {on:%B}"}
    return chance.choice(said.answers).format_map(names)


def unit_reply(chance: random.Random, answer: str, kind: str, *, round_number: int) -> str:
    """An answer as a unit sends it: with a greeting, or saying that it went a second time."""
    if round_number > 1:
        return chance.choice(SECOND_LOOK) + answer.removeprefix("您好，")
    greeting = chance.choice(GREETINGS) if kind != "suggestion" else ""
    return greeting + (answer.removeprefix("您好，") if greeting else answer)


def told_text(chance: random.Random, ask: Ask, deadline_class: str) -> str:
    """The first feedback: what the resident was told."""
    kind = deadline_class if deadline_class in TOLD else "placed" if ask.placed else "words"
    if ask.kind in {"suggestion", "thanks"}:
        kind = "words"
    if ask.kind == "report" and kind == "placed":
        kind = "report"
    return chance.choice(TOLD[kind]).format(n=chance.randrange(2, 6))


def thanks_reply(unit: str) -> str:
    """What an operator says to praise."""
    return f"感谢您的来电，您的表扬已登记，并将转达{unit}。"

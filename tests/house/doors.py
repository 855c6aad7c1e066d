"""Who gets in where: every address of the site, tried with every person of the cast.

The scene: a case about a dark lamp, taken down at the hotline and sent to the lighting unit.
"""

from dataclasses import dataclass, field

from tests.people import EVERYBODY

# Somebody who has only the address, and the one who holds the receipt: neither signs in.
NOBODY, HOLDER = "nobody", "holder of the receipt"
OFFICIALS = set(EVERYBODY)
OUTSIDE = {NOBODY, HOLDER}
ALL = OFFICIALS | OUTSIDE
HOTLINE = {"operator", "dispatcher", "caller", "supervisor"}
# Those whose posts let them read this case; for all other officials it does not exist.
READERS = HOTLINE | {"leader", "lighting officer"}
STRANGERS = OFFICIALS - READERS

# Two ways of being led away: to the sign-in page, or to the page that asks for the secret.
SIGN_IN, FOLLOW = "desk:sign_in", "counter:follow"

Answers = dict[int | str, set[str]]


@dataclass(frozen=True)
class Door:
    """One address, what is sent there, and who gets which answer."""

    name: str
    answers: Answers
    method: str = "get"
    sent: dict[str, str] = field(default_factory=dict)
    step: str = ""

    def __str__(self) -> str:
        words = [self.method, self.name, self.step]
        return " ".join(word for word in words if word)


def only(*people: str, answer: int = 200) -> Answers:
    """Officials of these posts come in, others are refused, strangers are asked to sign in."""
    return {answer: set(people), 403: OFFICIALS - set(people), SIGN_IN: OUTSIDE}


def asked(answer: int) -> Answers:
    """The unit that was asked comes in; for another there is no such question."""
    return {
        answer: {"lighting officer"},
        404: {"parks officer"},
        403: OFFICIALS - {"lighting officer", "parks officer"},
        SIGN_IN: OUTSIDE,
    }


def readers(answer: int = 200) -> Answers:
    """Whoever may read the case comes in; for the others there is no such case."""
    return {answer: READERS, 404: STRANGERS, SIGN_IN: OUTSIDE}


def knowing() -> Answers:
    """The hotline and the unit in charge may learn who asked; other readers may not."""
    return {200: READERS - {"leader"}, 403: {"leader"}, 404: STRANGERS, SIGN_IN: OUTSIDE}


def stepping(*people: str, answer: int = 302) -> Answers:
    """These take the step; other readers are refused; for the others there is no such case."""
    others = READERS - set(people)
    return {answer: set(people), 403: others, 404: STRANGERS, SIGN_IN: OUTSIDE}


def holding(answer: int = 200) -> Answers:
    """The holder of the receipt comes in; everybody else is asked for number and secret."""
    return {answer: {HOLDER}, FOLLOW: ALL - {HOLDER}}


def sending(answer: int) -> Answers:
    """The holder of the receipt may send this; from everybody else nothing is taken."""
    return {answer: {HOLDER}, 403: ALL - {HOLDER}}


# The lane belongs to the lighting unit, whose officer walks it as its chief.
CHIEF = {"lighting officer"}
OFFICERS = {"lighting officer", "parks officer"}
WATCHERS = {"supervisor", "leader"}
SEE_LANE = CHIEF | WATCHERS | {"administrator"}


def lane(answers: Answers, *, others: int = 404) -> Answers:
    """These officials get these answers; for the others there is no such lane."""
    named = set().union(*answers.values())
    return {**answers, others: OFFICIALS - named, SIGN_IN: OUTSIDE}


def neighbour(answer: int) -> Answers:
    """The volunteer who came by the link is served; from others nothing is taken."""
    return {answer: {HOLDER}, 403: ALL - {HOLDER}}


# Those who write to residents, and those who read cases at all.
WRITERS = HOTLINE | OFFICERS
CASE_READERS = WRITERS | {"leader"}


def writing(answer: int) -> Answers:
    """The unit whose text it is gets this; for other writers there is none, others are refused."""
    own, others = {"lighting officer"}, WRITERS - {"lighting officer"}
    return {answer: own, 404: others, 403: OFFICIALS - WRITERS, SIGN_IN: OUTSIDE}


def sharing(answers: Answers) -> Answers:
    """These readers of the case share it out, the other readers may not."""
    named = set().union(*answers.values())
    return {**answers, 403: READERS - named, 404: STRANGERS, SIGN_IN: OUTSIDE}


OBJECTION = {"ground": "not_our_duty", "reason": "A park lamp."}


def watching(officer: int, supervisor: int | None = None, *, leader: int | None = None) -> Answers:
    """The unit concerned, the supervisor and the leader; for another unit it does not exist."""
    supervisor = officer if supervisor is None else supervisor
    leader = (403 if 403 in {officer, supervisor} else officer) if leader is None else leader
    found: Answers = {}
    for person, answer in (
        ("lighting officer", officer),
        ("supervisor", supervisor),
        ("leader", leader),
        ("parks officer", 404),
    ):
        found.setdefault(answer, set()).add(person)
    found.setdefault(403, set()).update(OFFICIALS - OFFICERS - WATCHERS)
    return {**found, SIGN_IN: OUTSIDE}


STAGE = {"words": "The cable is ordered.", "for_resident": " "}
REASON = {"reason": "The lamp is lit again."}
AGAIN = {"again-reason": "It is dark again."}
DOORS = (
    Door("exchange:health", {200: ALL}),
    Door("set_language", {302: ALL}, "post", {"language": "en"}),
    # The counter: open to everybody, with the receipt as the only key.
    Door("counter:home", {200: ALL}),
    Door("counter:ask", {200: ALL}),
    Door("counter:ask", {400: ALL}, "post"),
    Door("counter:receipt", holding()),
    Door("counter:receipt_text", holding()),
    Door("counter:receipt_proof", holding()),
    # Only the phone that got the message has the secret of a link.
    Door("counter:answer", {404: ALL}),
    Door("counter:follow", {200: ALL}),
    Door("counter:follow", {400: ALL}, "post", {"number": "HY", "secret": "wrong"}),
    Door("counter:close_here", {303: ALL}, "post"),
    Door("counter:follow_case", holding()),
    Door("counter:add", sending(303), "post", {"words": "It hums, too."}),
    Door("counter:rate", sending(409), "post", {"solved": "yes", "satisfied": "satisfied"}),
    Door("counter:ask_again", {409: {HOLDER}, 403: ALL - {HOLDER}}, "post", AGAIN),
    Door("counter:withdraw", sending(303), "post", {"withdraw-reason": "It is lit again."}),
    Door("counter:different", sending(409), "post", {"different-reason": "Another lamp."}),
    Door("counter:new_facts", sending(409), "post", {"facts-reason": "The pole fell."}),
    Door("counter:text_messages", sending(303), "post", {"wanted": "no"}),
    Door("counter:own_file", holding()),
    Door("counter:seals", {200: ALL}),
    Door("counter:seals_json", {200: ALL}),
    # Public matters: this city has not switched them on.
    Door("public:matters", {404: ALL}),
    Door("public:matter", {404: ALL}),
    Door("public:enter", {404: ALL}),
    Door("public:enter", {404: ALL}, "post", {"code": "0000"}),
    Door("public:followed", {404: ALL}),
    Door("public:follow", {404: ALL}, "post"),
    Door("public:me_too", {404: ALL}),
    Door("public:me_too", {404: ALL}, "post"),
    # The desk: for officials who signed in.
    Door("desk:sign_in", {200: OUTSIDE, 302: OFFICIALS}),
    Door("desk:sign_out", {302: ALL}, "post"),
    Door("desk:password", {200: OFFICIALS, SIGN_IN: OUTSIDE}),
    Door("desk:password", {400: OFFICIALS, SIGN_IN: OUTSIDE}, "post"),
    Door("desk:queue", {200: OFFICIALS, SIGN_IN: OUTSIDE}),
    Door("desk:dispatch_queue", only("dispatcher")),
    Door("desk:dispatch_queue", only("dispatcher", answer=400), "post"),
    Door("desk:call_back_queue", only("caller")),
    Door("desk:next_call_back", only("caller", answer=302), "post"),
    # The case of this scene waits for no call-back: whoever comes is led to its page.
    Door("desk:call_back", only("caller", answer=302)),
    Door("desk:second_calls", only("caller")),
    Door("desk:second_call", {404: {"caller"}, 403: OFFICIALS - {"caller"}, SIGN_IN: OUTSIDE}),
    Door("desk:second_compared", only("supervisor", "leader")),
    Door("desk:problem_cases", only("supervisor", "leader")),
    Door("desk:problem_step", only("supervisor", answer=409), "post", {"note": "Seen."}),
    Door("desk:call_back_plan", only("administrator", "caller", "supervisor", "auditor")),
    Door("desk:figures", only("analyst", "leader", "supervisor")),
    Door("desk:figure_cases", only("leader", "supervisor", answer=400)),
    Door("desk:returns", only("analyst", "leader", "supervisor")),
    Door("desk:returned_cases", only("leader", "supervisor", answer=400)),
    Door("desk:rulings", only("dispatcher", "supervisor")),
    Door("desk:ruling", readers()),
    Door("desk:ruling", readers(answer=400), "post"),
    Door("desk:take_back_paper", stepping("lighting officer"), "post"),
    Door("desk:callers", only(*HOTLINE)),
    Door("desk:callers", only(*HOTLINE), "post", {"phone": "138 0013 8000"}),
    Door("desk:take_down", only("operator", "dispatcher")),
    Door("desk:marks", only("operator", "supervisor")),
    Door("desk:new_mark", only("operator", "supervisor")),
    Door("desk:new_mark", only("operator", "supervisor", answer=400), "post"),
    Door("desk:mark", only("operator", "supervisor")),
    Door("desk:mark", only("operator", "supervisor", answer=400), "post"),
    Door("desk:repeat", readers(answer=400), "post"),
    Door("desk:gather", stepping("dispatcher", answer=200)),
    Door("desk:gather", stepping("dispatcher", answer=400), "post"),
    # The city of this scene has no public matters.
    Door("desk:publish", {404: OFFICIALS, SIGN_IN: OUTSIDE}),
    Door("desk:take_down", only("operator", "dispatcher", answer=400), "post"),
    Door("desk:case_detail", readers()),
    # Only for the person who has just taken it down.
    Door("desk:taken_down", {404: OFFICIALS, SIGN_IN: OUTSIDE}),
    Door("desk:person", knowing(), "post", {"why": "I call her about the lamp."}),
    Door("desk:add_file", readers(answer=400), "post"),
    Door("desk:case_file", readers()),
    Door("desk:take_step", stepping("lighting officer"), "post", step="accept"),
    Door("desk:take_step", stepping("lighting officer"), "post", OBJECTION, "object"),
    Door("desk:take_step", stepping("operator", "dispatcher"), "post", REASON, "withdraw"),
    Door("desk:notices", {200: OFFICIALS, SIGN_IN: OUTSIDE}),
    Door("desk:see_all_notices", {302: OFFICIALS, SIGN_IN: OUTSIDE}, "post", {"upto": "0"}),
    # A notice for the officers of the lighting unit: for all others there is none.
    Door(
        "desk:see_one_notice",
        {302: {"lighting officer"}, 404: OFFICIALS - {"lighting officer"}, SIGN_IN: OUTSIDE},
        "post",
    ),
    Door("desk:unsent_messages", only("administrator", "supervisor")),
    Door("desk:send_messages_again", only("administrator", "supervisor", answer=302), "post"),
    Door("desk:standard_texts", only(*WRITERS)),
    Door("desk:standard_texts", only(*WRITERS, answer=400), "post"),
    Door("desk:standard_text", writing(200)),
    Door("desk:standard_text", writing(400), "post"),
    Door("desk:retire_text", writing(302), "post"),
    Door("desk:insert_text", readers(answer=400), "post", step="answer"),
    Door("desk:keep_draft", readers(answer=302), "post", {"reply": "Nearly done."}, "answer"),
    Door("desk:drop_draft", readers(answer=302), "post", step="answer"),
    Door("desk:drafts", {200: OFFICIALS, SIGN_IN: OUTSIDE}),
    Door("desk:set_handler", sharing({200: {"lighting officer", *WATCHERS}})),
    Door(
        "desk:set_handler",
        sharing({302: {"lighting officer"}, 400: WATCHERS}),
        "post",
        {"to": "me"},
    ),
    Door("desk:hand_over", only(*OFFICERS, *WATCHERS)),
    Door("desk:hand_over", only(*OFFICERS, *WATCHERS, answer=400), "post"),
    Door("desk:watch", readers(answer=302), "post", {"watched": "yes"}),
    Door("desk:write_note", readers(answer=400), "post"),
    Door("desk:write_note", readers(answer=302), "post", {"note": "The cable is old."}),
    Door("desk:bulk_steps", only(*CASE_READERS)),
    Door("desk:bulk_steps", only(*CASE_READERS, answer=400), "post"),
    Door("desk:bulk_result", lane({200: {"lighting officer"}})),
    # Joint work: the scene's unit leads, and nobody has a part beside it.
    Door("desk:joint_parts", only("lighting officer", "parks officer", "supervisor", "leader")),
    Door("desk:whistle", stepping("lighting officer", answer=200)),
    Door("desk:whistle", stepping("lighting officer", answer=400), "post"),
    Door("desk:hand_down", stepping("lighting officer", answer=200)),
    Door("desk:hand_down", stepping("lighting officer", answer=400), "post"),
    Door("desk:attendance", {404: OFFICIALS, SIGN_IN: OUTSIDE}),
    Door("desk:part_act", {404: OFFICIALS, SIGN_IN: OUTSIDE}, "post", step="accept"),
    Door("desk:supervision", only(*OFFICERS, *WATCHERS)),
    Door("desk:ladder", only(*OFFICERS, *WATCHERS)),
    Door("desk:ladder_rung", only("supervisor")),
    Door("desk:ladder_rung", only("supervisor", answer=400), "post", {"answer_days": "0"}),
    Door("desk:ladder_trigger", only("supervisor")),
    Door("desk:ladder_trigger", only("supervisor", answer=400), "post", {"times": "0"}),
    Door("desk:measure", watching(200)),
    Door("desk:answer_measure", watching(400, 403), "post"),
    Door("desk:judge_measure", watching(400), "post"),
    Door("desk:judge_measure", watching(403, 409), "post", {"judged": "accepted"}),
    Door("desk:supervise", sharing({200: {"supervisor"}})),
    Door("desk:supervise", sharing({400: {"supervisor"}}), "post", {"rung": "remind"}),
    Door("desk:stage_report", sharing({200: {"lighting officer"}})),
    Door("desk:stage_report", sharing({400: {"lighting officer"}}), "post", STAGE),
    Door("desk:ledger", only(*OFFICERS, *WATCHERS)),
    Door("desk:ledger_row", watching(200)),
    Door("desk:name_owner", watching(400), "post"),
    Door("desk:review_row", watching(400, leader=403), "post"),
    Door("desk:add_milestone", watching(400), "post"),
    Door("desk:milestone_done", watching(400, 403), "post"),
    Door("desk:rechecks", only(*OFFICERS, *WATCHERS)),
    Door("desk:recheck", watching(200)),
    Door("desk:recheck", watching(403, 302), "post", {"found": "holds", "words": "Lit."}),
    Door("desk:logbook", only("auditor")),
    Door("desk:units", only("administrator")),
    Door("desk:unit_detail", only("administrator")),
    Door("desk:give_post", only("administrator", answer=400), "post"),
    Door("desk:take_post", only("administrator", answer=302), "post"),
    Door("desk:open_account", only("administrator", answer=400), "post"),
    Door("desk:set_up_unit", only("administrator", answer=400), "post", step="add_unit"),
    Door("desk:set_up_unit", only("administrator", answer=302), "post", step="name_hotline"),
    Door("desk:set_password", only("administrator", answer=400), "post"),
    # The catalogue, the lists of duties, and asking units before a dispatch.
    Door("dispatch:versions", only("administrator", "dispatcher")),
    Door("dispatch:begin", only("administrator", answer=302), "post"),
    Door("dispatch:version", only("administrator", "dispatcher")),
    Door("dispatch:sheet", only("administrator", "dispatcher")),
    Door("dispatch:bring_in", only("administrator", answer=400), "post"),
    Door("dispatch:start", only("administrator", answer=400), "post"),
    Door("dispatch:withdraw", only("administrator", answer=409), "post"),
    Door("dispatch:line", only("administrator")),
    Door("dispatch:line", only("administrator", answer=400), "post"),
    Door("dispatch:check", only("administrator", "dispatcher")),
    Door("dispatch:changes", only("administrator")),
    Door("dispatch:differences", only("administrator", "dispatcher"), sent={"with": "1"}),
    Door("dispatch:duties", only("administrator")),
    Door("dispatch:duties", only("administrator", answer=400), "post"),
    Door("dispatch:duty_sheet", only("administrator")),
    Door("dispatch:consultations", only(*OFFICERS)),
    Door("dispatch:opinion", asked(200)),
    Door("dispatch:opinion", asked(409), "post", {"would_take": "yes"}),
    Door("dispatch:consult", only("dispatcher")),
    Door("dispatch:consult", only("dispatcher", answer=400), "post"),
    # Patrols and volunteers.
    Door("patrols:home", {200: OFFICIALS, SIGN_IN: OUTSIDE}),
    Door("patrols:walk", {200: OFFICIALS, SIGN_IN: OUTSIDE}),
    Door("patrols:worker", {200: ALL}),
    Door("patrols:send", {400: OFFICIALS, SIGN_IN: OUTSIDE}, "post"),
    Door("patrols:send_photo", {400: OFFICIALS, SIGN_IN: OUTSIDE}, "post"),
    Door(
        "patrols:start",
        lane({302: CHIEF}),
        "post",
        {"key": "6f1f9a52-7a0e-4f0e-8d0b-000000000001", "beat": "lamp-lane"},
    ),
    Door("patrols:patrol_detail", lane({200: CHIEF | WATCHERS})),
    Door("patrols:add_finding", lane({400: CHIEF, 403: WATCHERS}), "post"),
    Door("patrols:finish", lane({302: CHIEF, 403: WATCHERS}), "post"),
    Door("patrols:verify", readers()),
    Door("patrols:verify", readers(answer=400), "post"),
    Door("patrols:beats", only(*OFFICERS, *WATCHERS, "administrator")),
    Door("patrols:beats", only("administrator", answer=400), "post"),
    Door("patrols:beat_detail", lane({200: SEE_LANE})),
    Door("patrols:end_beat", lane({302: {"administrator"}, 403: CHIEF | WATCHERS}), "post"),
    Door("patrols:appoint_chief", lane({400: {"administrator"}, 403: CHIEF | WATCHERS}), "post"),
    Door("patrols:dismiss_chief", lane({302: {"administrator"}, 403: CHIEF | WATCHERS}), "post"),
    Door("patrols:coverage", only(*OFFICERS, *WATCHERS)),
    Door("patrols:plans", only(*OFFICERS, *WATCHERS, "administrator")),
    Door("patrols:set_frequency", only("administrator", answer=400), "post"),
    Door(
        "patrols:adopt_roles",
        only("administrator", answer=302),
        "post",
        {"list": "streets-and-grids"},
    ),
    Door("patrols:volunteers", only(*OFFICERS)),
    Door("patrols:volunteers", only(*OFFICERS, answer=400), "post"),
    Door("patrols:volunteer_detail", lane({200: CHIEF})),
    Door("patrols:open_volunteer", lane({200: CHIEF}), "post", {"why": "I call about the task."}),
    Door("patrols:renew_link", lane({302: CHIEF}), "post"),
    Door("patrols:let_go", lane({302: CHIEF}), "post"),
    Door("patrols:tasks", only(*OFFICERS)),
    Door("patrols:tasks", only(*OFFICERS, answer=400), "post"),
    Door("patrols:task_detail", lane({200: CHIEF})),
    Door("patrols:call_off", lane({302: CHIEF}), "post"),
    Door("patrols:confirm_deed", lane({302: CHIEF}), "post", {"thanks": "Thank you."}),
    Door("patrols:deed_photo", lane({200: CHIEF})),
    Door("neighbourhood:find", {200: ALL}),
    Door("neighbourhood:place", {200: ALL}),
    Door("neighbourhood:enter", {200: ALL}),
    Door("neighbourhood:enter", {400: ALL}, "post"),
    Door("neighbourhood:mine", {200: {HOLDER}, 303: ALL - {HOLDER}}),
    Door("neighbourhood:take", neighbour(303), "post"),
    Door("neighbourhood:give_back", neighbour(409), "post"),
    Door("neighbourhood:done", neighbour(400), "post"),
    Door("neighbourhood:leave", neighbour(303), "post"),
    Door("neighbourhood:thanks", {404: {HOLDER}, 303: ALL - {HOLDER}}),
)

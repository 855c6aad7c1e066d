"""The words of the desk: steps as buttons say them and as the timeline tells them."""

from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Status

# What a button says.
STEPS = {
    "dispatch": _("Send to a unit"),
    "answer_at_once": _("Answer at once"),
    "accept": _("Accept"),
    "return": _("Return to the dispatcher"),
    "tell_resident": _("Tell the resident"),
    "answer": _("Answer"),
    "answer_directly": _("Answer"),
    "note_call_back": _("Note an attempt"),
    "close": _("Close"),
    "reopen": _("Next round"),
    "add_words": _("Add what the resident says"),
    "ask_again": _("Bring back for a judgement"),
    "reopen_closed": _("Send back into work"),
    "withdraw": _("Withdraw"),
    "take_up_again": _("Take up again"),
}
# What the timeline says once it is done.
DONE = {
    "dispatch": _("Sent to a unit"),
    "answer_at_once": _("Answered at once"),
    "accept": _("Accepted"),
    "return": _("Returned to the dispatcher"),
    "answer": _("Answered"),
    "answer_directly": _("Answered"),
    "close": _("Closed"),
    "reopen": _("Not solved: next round"),
    "ask_again": _("Brought back: the resident says it is not over"),
    "reopen_closed": _("Sent back into work"),
    "withdraw": _("Withdrawn"),
    "take_up_again": _("Taken up again"),
}
ENTRIES = {
    "case.received": _("Received"),
    "case.moved": _("Moved on"),
    "resident.told": _("The resident was told"),
    "resident.added": _("The resident added something"),
    "call_back.noted": _("Call-back"),
    "attachment.added": _("A file was added"),
    "unit.appointed": _("A post was given"),
    "unit.dismissed": _("A post was taken back"),
    "official.entered": _("The account was opened"),
    "official.appointed": _("A post was given"),
    "official.dismissed": _("A post was taken back"),
    "official.password_set": _("A new first password was set"),
}
# The headings above what people wrote in a step.
WRITTEN = {
    "title": _("Title"),
    "text": _("What the resident wrote"),
    "address": _("Address"),
    "reason": _("Reason"),
    "resident_told": _("What the resident was told"),
    "reply": _("Answer"),
    "remark": _("What was said"),
    "name": _("Name"),
}
STATUS_TONES = {
    Status.RECEIVED: "warn",
    Status.DISPATCHED: "",
    Status.IN_HAND: "",
    Status.ANSWERED: "good",
    Status.CLOSED: "quiet",
    Status.WITHDRAWN: "quiet",
}
# What the person is told who took the step.
TAKEN = {
    "dispatch": _("The case was sent; its clock runs."),
    "answer_at_once": _("The case was answered."),
    "accept": _("The case was accepted."),
    "return": _("The case went back to the dispatcher."),
    "tell_resident": _("It was written down what the resident was told."),
    "answer": _("The case was answered and waits for its call-back."),
    "answer_directly": _("The case was answered and waits for its call-back."),
    "note_call_back": _("The attempt was written down."),
    "add_words": _("What the resident added is with the case."),
    "close": _("The case is closed."),
    "reopen": _("The case went into its next round."),
    "ask_again": _("The case is back and waits for a judgement."),
    "reopen_closed": _("The case went into its next round."),
    "withdraw": _("The case was withdrawn."),
    "take_up_again": _("The case was taken up again."),
}

"""What the comforts add to the page of a case: drafts, texts to insert, handlers, notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from huiyin.cases.models import Case
from huiyin.cases.rules import OPEN
from huiyin.departments.access import reach_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.desk.papers.ways import WAYS
from huiyin.desk.words import STEPS
from huiyin.replies.drafts import drop_draft, is_outdated
from huiyin.replies.handlers import HEADS, OFFICER
from huiyin.replies.models import Draft, Handler, StandardText
from huiyin.replies.queries import Beside
from huiyin.replies.rules import filled, is_personal
from huiyin.replies.standard_texts import count_use, facts_for

# Into which fields of the forms a standard text can be put.
TARGETS = ("resident_told", "reply", "reason", "remark", "words")
# The texts that were put into a form, kept with its draft so that their use is counted.
INSERTED = "inserted"


@dataclass(frozen=True)
class Choice:
    """A standard text to choose; `words` is filled in, or empty where the server must do it."""

    pk: int
    title: str
    unit: str
    words: str


@dataclass(frozen=True)
class Kept:
    """A draft as its writer sees it again."""

    step: str
    label: str
    kept_at: datetime
    words: list[tuple[str, str]]


def restored(beside: Beside, case: Case, step: str) -> dict[str, str]:
    """What a form begins with: the words of a draft that still fits, or nothing."""
    fitting = (one for one in beside.drafts if one.step == step and not is_outdated(one, case))
    return next((dict(one.words) for one in fitting), {})


def comforts_of(
    case: Case,
    beside: Beside,
    *,
    by: Official,
    steps: Mapping[str, Any],
    form: forms.Form | None,
    step: str,
) -> dict[str, Any]:
    """The facts of the comforts for the page of a case; `step` is the form that is open."""
    drafts = beside.drafts
    old = [one for one in drafts if is_outdated(one, case) or one.step not in steps]
    fitting = [one for one in drafts if one not in old]
    return {
        "beside": beside,
        "old_drafts": [kept(one) for one in old],
        "other_drafts": [kept(one) for one in fitting if one.step != step],
        "draft": next((kept(one) for one in fitting if one.step == step), None),
        "may_hand": may_hand(case, by=by),
        "may_take_it": may_take_it(case, beside.handlers, by=by),
        "insert": inserting(case, form, beside, by=by) if form is not None else {},
    }


def finished(request: HttpRequest, case: Case, step: str) -> None:
    """A step was taken: drop its draft, and that of the form it was sent from; count its texts."""
    by = request.user
    if isinstance(by, Official):
        for name in {step, request.POST.get("opened", step)}:
            drop_draft(case, name, by=by)
        used = request.POST.get(INSERTED, "").split(",")
        count_use({int(pk) for pk in used if pk.isdigit() and len(pk) < 18}, by=by)


def inserting(case: Case, form: forms.Form, beside: Beside, *, by: Official) -> dict[str, Any]:
    """The texts that can be put into an open form, and the fields they can go to."""
    fields = [form[name] for name in TARGETS if name in form.fields]
    if not fields:
        return {}
    facts = facts_for(case, by=by, at=timezone.now())
    return {
        "fields": fields,
        "texts": [choice(text, facts) for text in beside.texts],
        "inserted": form.data.get(INSERTED) or form.initial.get(INSERTED, ""),
    }


def choice(text: StandardText, facts: Mapping[str, str]) -> Choice:
    """A text as the page offers it."""
    # The resident's name is opened, and the access logged, only for the text that is chosen.
    words = "" if is_personal(text.body) else filled(text.body, facts)
    return Choice(text.pk, text.title, str(text.unit) if text.unit else "", words)


def kept(draft: Draft) -> Kept:
    """A draft in words."""
    way = WAYS.get(draft.step)
    fields = way.form.base_fields if way is not None else {}
    words = [
        (str(fields[name].label if name in fields else name), str(text))
        for name, text in draft.words.items()
        if name in TARGETS
    ]
    return Kept(draft.step, str(STEPS.get(draft.step, draft.step)), draft.kept_at, words)


def may_hand(case: Case, *, by: Official) -> bool:
    """Whether the page offers to share the case out; the act looks at every part of it."""
    return (
        case.status in OPEN and case.unit is not None and _works_at(case.unit, by, HEADS | OFFICER)
    )


def may_take_it(case: Case, handlers: list[Handler], *, by: Official) -> bool:
    """Whether an official can take the case with one press."""
    if case.unit is None or case.status not in OPEN or not _works_at(case.unit, by, OFFICER):
        return False
    return all(one.unit_id != case.unit_id for one in handlers)


def _works_at(unit: Unit, by: Official, posts: frozenset[Post]) -> bool:
    reach = reach_of(by)
    return any(reach.holds(post, unit.path) for post in posts)

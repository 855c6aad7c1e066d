"""One step with many ticked cases: the form, and the page that says what came of each."""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Case
from huiyin.departments.models import Official
from huiyin.departments.rules import READS_CASES
from huiyin.desk.choices import ChoiceOf
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page
from huiyin.desk.words import STEPS
from huiyin.office.problems import WrongInput
from huiyin.replies.bulk import Bulk, finish_bulk, run_of, start_bulk
from huiyin.replies.handlers import colleagues_at, units_shared_by
from huiyin.replies.models import BulkRun
from huiyin.replies.rules import LONGEST_TEXT, MOST_IN_BULK, VARIABLES
from huiyin.replies.standard_texts import count_use, texts_for

LABELS = {
    "accept": STEPS["accept"],
    "tell_resident": STEPS["tell_resident"],
    "answer": STEPS["answer"],
    "handler": gettext_lazy("Set who works it"),
    "watch": gettext_lazy("Watch"),
}
# Done from a page of their own.
ELSEWHERE = {"merge": STEPS["merge"]}


class BulkForm(forms.Form):
    """What is to be done with all chosen cases; texts may hold variables."""

    use_required_attribute = False
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    act = forms.ChoiceField(
        label=gettext_lazy("What is to be done with each of them"),
        choices=list(LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is to be done with the cases.")},
    )

    def __init__(self, *args: Any, by: Official, cases: list[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = {str(text.pk): text for text in texts_for(by)[:200]}
        for name, label in (
            ("resident_told", _("What the resident was told")),
            ("reply", _("Answer")),
        ):
            self._add_words(name, label)
        led = {case.unit_id for case in cases if case.unit_id}
        units = units_shared_by(by).filter(pk__in=led)
        people = [(str(one.pk), one.name) for one in colleagues_at(*units)]
        self.fields["handler"] = ChoiceOf(
            people, empty=_("Choose a colleague"), label=_("Handler"), required=False
        )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), required=False, max_length=2000, widget=forms.TextInput
        )

    def papers(self) -> dict[str, str]:
        """What is handed over for every row: own words before a standard text."""
        said = self.cleaned_data
        papers = {"handler": said["handler"], "reason": said["reason"]}
        for name in ("resident_told", "reply"):
            text = self.texts.get(said[f"{name}_text"])
            papers[name] = said[name].strip() or (text.body if text else "")
        return papers

    def used(self) -> set[int]:
        """The standard texts whose words go out."""
        names = [name for name in ("resident_told", "reply") if not self.cleaned_data[name].strip()]
        chosen = [self.cleaned_data[f"{name}_text"] for name in names]
        return {int(pk) for pk in chosen if pk}

    def _add_words(self, name: str, label: str) -> None:
        titles = [(pk, text.title) for pk, text in self.texts.items()]
        chosen = _("Standard text for: %(field)s") % {"field": label}
        empty = _("No standard text")
        self.fields[f"{name}_text"] = ChoiceOf(titles, empty=empty, label=chosen, required=False)
        self.fields[name] = forms.CharField(
            label=_("%(field)s, in your own words") % {"field": label},
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 3}),
        )


@at_desk
@for_posts(READS_CASES)
def bulk_steps(request: DeskRequest) -> HttpResponse:
    """Show the ticked cases and ask what is to be done; do it with each of them."""
    by, sent = request.user, request.method == "POST"
    numbers = [one[:40] for one in (request.POST if sent else request.GET).getlist("case")]
    cases = _chosen(numbers, by)
    if not sent:
        return _asked(
            request, BulkForm(initial={"form_key": uuid.uuid4()}, by=by, cases=cases), cases
        )
    form = BulkForm(request.POST, by=by, cases=cases)
    if not form.is_valid():
        return _asked(request, form, cases, status=400)
    given = form.cleaned_data
    bulk = Bulk(given["form_key"], given["act"], numbers, form.papers())
    now, is_new = timezone.now(), not BulkRun.objects.filter(key=given["form_key"]).exists()
    try:
        run = start_bulk(bulk, by=by, at=now)
    except WrongInput as problem:
        form.add_error(None, str(problem))
        return _asked(request, form, cases, status=problem.status)
    finish_bulk(run, by=by, at=now)
    if is_new and given["act"] in {"tell_resident", "answer"}:
        count_use(form.used(), by=by, times=run.rows.filter(is_done=True).count())
    return redirect("desk:bulk_result", run=run.key)


@at_desk
@require_GET
def bulk_result(request: DeskRequest, run: uuid.UUID) -> HttpResponse:
    """Say for each case what was done, or why not."""
    found = run_of(run, by=request.user)
    rows = list(found.rows.order_by("position"))
    titles = dict(
        visible_cases(request.user)
        .filter(number__in=[row.number for row in rows])
        .values_list("number", "title")
    )
    facts = {
        "run": found,
        "act": (LABELS | ELSEWHERE).get(found.act, found.act),
        "rows": [(row, titles.get(row.number, "")) for row in rows],
        "done": sum(row.is_done is True for row in rows),
        "failed": sum(row.is_done is False for row in rows),
        "waiting": sum(row.is_done is None for row in rows),
    }
    return page(request, "comforts/bulk_result", facts)


def _chosen(numbers: list[str], by: Official) -> list[Case]:
    rows = visible_cases(by).filter(number__in=numbers[:MOST_IN_BULK]).select_related("unit")
    return list(rows.defer("text").order_by("wait_until", "pk"))


def _asked(
    request: DeskRequest, form: BulkForm, cases: list[Case], *, status: int = 200
) -> HttpResponse:
    facts = {"form": form, "cases": cases, "variables": VARIABLES, "most": MOST_IN_BULK}
    return page(request, "comforts/bulk_steps", facts, status=status)

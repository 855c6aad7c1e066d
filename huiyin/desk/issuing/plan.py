"""The plan of the reports at the desk: what is issued by itself, and what is watched apart."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huiyin.desk.doors import READS_FIGURES, DeskRequest, at_desk, for_posts, page, tell
from huiyin.office.problems import NotFound, Problem
from huiyin.reports.issued.access import check_issuer, city_for, may_issue
from huiyin.reports.issued.models import Kind
from huiyin.reports.issued.plans import LONGEST_TEXT, adopt_plan, plan_of, shipped_plan


class PlanForm(forms.Form):
    """A plan as text."""

    use_required_attribute = False
    text = forms.CharField(
        label=gettext_lazy("The plan, as text"),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "mono"}),
        max_length=LONGEST_TEXT,
    )


@at_desk
@for_posts(READS_FIGURES)
@require_http_methods(["GET", "POST"])
def report_plan(request: DeskRequest) -> HttpResponse:
    """Show by which plan reports are issued, and let the analyst adopt another."""
    city = city_for(request.user)
    if city is None:
        raise NotFound(_("There is no such report for you."))
    held, plan = plan_of(city)
    form = PlanForm(initial={"text": held.text if held else shipped_plan()})
    status = 200
    if request.method == "POST":
        check_issuer(request.user, city)
        form, status = PlanForm(request.POST), 400
        if form.is_valid():
            try:
                adopt_plan(form.cleaned_data["text"], city, by=request.user, at=timezone.now())
            except Problem as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The plan is adopted; what was issued before stays as it is."))
                return redirect("desk:report_plan")
    facts = {
        "held": held,
        "plan": plan,
        "kinds": [(words, kind in plan.kinds) for kind, words in Kind.choices],
        "minutes": int(plan.wait.total_seconds() // 60),
        "form": form,
        "issues": may_issue(request.user, city),
    }
    return page(request, "issuing/plan", facts, status=status)

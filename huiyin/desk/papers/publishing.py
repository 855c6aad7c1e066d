"""Making a case a public matter at the desk, in the hotline's own words, and ending that."""

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huiyin.cases.access import case_for
from huiyin.departments.access import holds
from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.intake.models import PublicMatter
from huiyin.intake.public import OPENS, Wording, end_matter, open_matter
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput


class PublishForm(forms.Form):
    """What everybody will read: written by the hotline, never the resident's own text."""

    use_required_attribute = False
    title = forms.CharField(label=gettext_lazy("Public title"), max_length=120)
    summary = forms.CharField(
        label=gettext_lazy("Public summary"),
        help_text=gettext_lazy("In your own words: what and where in general, nobody's data."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=1000,
    )
    is_checked = forms.BooleanField(
        label=gettext_lazy(
            "I read it again: no name, number, flat or other trace of a person stands in it"
        ),
        required=False,
    )


@at_desk
@require_http_methods(["GET", "POST"])
def publish(request: DeskRequest, number: str) -> HttpResponse:
    """Let everybody follow a case, or no longer."""
    if not settings.PUBLIC_MATTERS:
        raise NotFound(_("This city has no public matters; its operator can switch them on."))
    case = case_for(number, by=request.user)
    if not any(holds(request.user, post, case.intake_unit) for post in OPENS):
        raise NotAllowed(_("Only an operator or a supervisor of the hotline makes a case public."))
    matter = PublicMatter.objects.filter(case=case).first()
    known = {"title": matter.title, "summary": matter.summary} if matter else {}
    form, status = PublishForm(request.POST or None, initial=known), 200
    if "end" in request.POST:
        end_matter(case.number, by=request.user, at=timezone.now())
        tell(request, _("The case is public no longer."))
        return redirect("desk:publish", number=case.number)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                wording = Wording(**form.cleaned_data)
                open_matter(case.number, wording, by=request.user, at=timezone.now())
            except (WrongInput, NotPossible) as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("Everybody can follow the matter now, in your words."))
                return redirect("desk:publish", number=case.number)
    followers = matter.followers.count() if matter else 0
    facts = {"case": case, "matter": matter, "form": form, "followers": followers}
    return page(request, "standing/publish", facts, status=status)

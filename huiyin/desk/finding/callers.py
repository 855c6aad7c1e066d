"""Finding a case by the phone number of the person who calls."""

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huiyin.cases.callers import MOST, cases_by_phone
from huiyin.cases.residents import phone_index
from huiyin.cases.rules import HOTLINE_POSTS
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page
from huiyin.desk.paging import row_of
from huiyin.intake.marks import marks_speaking
from huiyin.office.problems import WrongInput


class PhoneForm(forms.Form):
    """The number that a caller names."""

    use_required_attribute = False
    phone = forms.CharField(
        label=_("Phone number of the caller"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"required": _("Write the phone number that the caller names.")},
    )


@at_desk
@for_posts(HOTLINE_POSTS)
def callers(request: DeskRequest) -> HttpResponse:
    """Ask for a number and show its cases; sent as a form, so that no address keeps the number."""
    if request.method != "POST":
        return page(request, "finding/callers", {"form": PhoneForm()})
    form, now = PhoneForm(request.POST), timezone.now()
    if not form.is_valid():
        return page(request, "finding/callers", {"form": form}, status=400)
    try:
        cases = cases_by_phone(form.cleaned_data["phone"], by=request.user, at=now)
    except WrongInput as problem:
        form.add_error("phone", str(problem))
        return page(request, "finding/callers", {"form": form}, status=problem.status)
    rows = [row_of(case, now=now) for case in cases]
    index = phone_index(form.cleaned_data["phone"])
    marks = marks_speaking(index, on=timezone.localdate(now))
    facts = {"form": form, "rows": rows, "marks": marks, "searched": True, "most": MOST}
    return page(request, "finding/callers", facts)

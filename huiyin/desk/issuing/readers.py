"""Who gets reports by mail, at the desk; and the page on which a reader ends them."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.departments.models import Unit
from huiyin.departments.queries import active_units
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.office.problems import NotFound, Problem
from huiyin.reports.issued.access import check_keeper, city_for, report_for
from huiyin.reports.issued.mailing import send_again
from huiyin.reports.issued.models import Kind, ReportReader
from huiyin.reports.issued.readers import (
    Subscription,
    add_reader,
    current_readers,
    end_reader,
    reader_of,
)
from huiyin.reports.issued.rules import ISSUERS, KEEPERS

FORMS = (
    ("pdf", gettext_lazy("PDF, to read and print")),
    ("xlsx", gettext_lazy("XLSX, to reckon on")),
    ("docx", gettext_lazy("DOCX, to edit")),
)


class ReaderForm(forms.Form):
    """Who gets which reports, in which language, as which files, and of which units."""

    use_required_attribute = False
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    address = forms.EmailField(label=gettext_lazy("Mail address"), max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Which reports"),
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("As which files"), choices=FORMS, widget=forms.CheckboxSelectMultiple
    )
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Units of which the mail itself speaks"),
        help_text=gettext_lazy("The files hold all units in any case."),
        queryset=Unit.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        required=False,
    )

    def __init__(self, city: Unit, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        units = self.fields["units"]
        if isinstance(units, forms.ModelMultipleChoiceField):
            units.queryset = active_units().filter(path__startswith=city.path)


@at_desk
@for_posts(KEEPERS)
@require_http_methods(["GET", "POST"])
def report_readers(request: DeskRequest) -> HttpResponse:
    """List who gets reports by mail, and add somebody."""
    city = city_for(request.user)
    if city is None:
        raise NotFound(_("There is no such report for you."))
    check_keeper(request.user, city)
    form, status = ReaderForm(city, initial={"formats": ["pdf"], "kinds": ["day"]}), 200
    if request.method == "POST":
        form, status = ReaderForm(city, request.POST), 400
        if form.is_valid():
            said = form.cleaned_data | {"units": list(form.cleaned_data["units"])}
            try:
                add_reader(city, Subscription(**said), by=request.user, at=timezone.now())
            except Problem as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("From the next report on, they get it by mail."))
                return redirect("desk:report_readers")
    kinds = dict(Kind.choices)
    facts = {
        "rows": [
            {
                "reader": reader,
                "facts": " · ".join(
                    [
                        _(", ").join(str(kinds[kind]) for kind in reader.kinds),
                        _(", ").join(form.upper() for form in reader.formats),
                        reader.get_language_display(),
                        *(str(unit) for unit in reader.units.all()),
                    ]
                ),
            }
            for reader in current_readers(city).prefetch_related("units")[:500]
        ],
        "form": form,
        "has_server": bool(settings.MAIL_SERVER),
    }
    return page(request, "issuing/readers", facts, status=status)


@at_desk
@for_posts(KEEPERS)
@require_POST
def end(request: DeskRequest, reader: int) -> HttpResponse:
    """Send somebody no more reports."""
    row = get_object_or_404(ReportReader.objects.select_related("city"), pk=reader)
    end_reader(row, by=request.user, at=timezone.now())
    tell(request, _("They get no more reports."))
    return redirect("desk:report_readers")


@at_desk
@for_posts(ISSUERS)
@require_POST
def mails_again(request: DeskRequest, report: int) -> HttpResponse:
    """Try once more to send mails that failed, or of which nobody knows the end."""
    row = report_for(request.user, report)
    keys = [int(key) for key in request.POST.getlist("mail") if key.isdecimal()]
    count = send_again(row, keys, by=request.user, at=timezone.now())
    tell(request, _("Mails that are tried again: %(count)d.") % {"count": count})
    return redirect("desk:report", row.pk)


# A mail program ends them by a bare POST (RFC 8058); the secret in the address is the right.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def end_reports(request: HttpRequest, secret: str) -> HttpResponse:
    """Let a reader end the mails by the link in them, without signing in."""
    reader = reader_of(secret)
    if request.method == "POST":
        end_reader(reader, by=None, at=timezone.now())
        reader.refresh_from_db()
    return render(request, "issuing/end.html", {"reader": reader})

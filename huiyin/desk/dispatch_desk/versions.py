"""The versions of the catalogue: begun, filled from a sheet, put in force, read for ever."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from huiyin.departments.models import Post
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, posts_of, tell
from huiyin.dispatch import catalogue
from huiyin.dispatch.book import book_of, version_at
from huiyin.dispatch.catalogue import version_numbered
from huiyin.dispatch.choosing import Chooser, chooser_for
from huiyin.dispatch.line_sheet import catalogue_sheet, lines_in
from huiyin.dispatch.models import CatalogueVersion
from huiyin.dispatch.rules import Rule
from huiyin.dispatch.suggesting import FOUND_WORDS, described
from huiyin.office.problems import Problem

ADMINISTRATORS = frozenset({Post.ADMINISTRATOR})
READERS = frozenset({Post.ADMINISTRATOR, Post.DISPATCHER})
ROWS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BeginForm(forms.Form):
    """A new version: from which lines it begins, and what it is for."""

    use_required_attribute = False
    copy_of = forms.ChoiceField(label=gettext_lazy("Begin with the lines of"), required=False)
    note = forms.CharField(
        label=gettext_lazy("What this version is for"), required=False, max_length=300
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        known = kwargs.pop("known")
        super().__init__(*args, **kwargs)
        choices = [
            (str(one.number), _("version %(number)d") % {"number": one.number}) for one in known
        ]
        self.fields["copy_of"].choices = [("", _("no lines")), *choices]  # type: ignore[attr-defined]


class SheetForm(forms.Form):
    """A sheet whose rows take the place of all lines."""

    use_required_attribute = False
    file = forms.FileField(
        label=gettext_lazy("Sheet (XLSX)"),
        help_text=gettext_lazy("Its rows take the place of all lines; nothing is taken in half."),
        error_messages={"required": gettext_lazy("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class StartForm(forms.Form):
    """From which day a version holds."""

    use_required_attribute = False
    day = forms.DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("Today means at once; the lines can then no longer be changed."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@at_desk
@for_posts(READERS)
@require_GET
def versions(request: DeskRequest) -> HttpResponse:
    """Show all versions, the latest first, and which of them holds now."""
    return _versions(request)


def _versions(
    request: DeskRequest, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    rows = CatalogueVersion.objects.annotate(count=Count("lines")).select_related("made_by")
    known = list(rows.order_by("-number"))
    holding = version_at(timezone.now())
    facts = {
        "versions": known,
        "holding": holding,
        "now": timezone.now(),
        "may_write": _may_write(request),
        "form": form
        or BeginForm(known=known, initial={"copy_of": str(holding.number) if holding else ""}),
    }
    return page(request, "dispatch/versions", facts, status=status)


@at_desk
@for_posts(ADMINISTRATORS)
@require_POST
def begin(request: DeskRequest) -> HttpResponse:
    """Begin a new version as a draft."""
    form = BeginForm(request.POST, known=CatalogueVersion.objects.order_by("-number"))
    if not form.is_valid():
        return _versions(request, form, status=400)
    words = form.cleaned_data
    copied = version_numbered(int(words["copy_of"])) if words["copy_of"] else None
    draft = catalogue.start_draft(
        by=request.user, at=timezone.now(), copy_of=copied, note=words["note"]
    )
    return redirect("dispatch:version", version=draft.number)


@at_desk
@for_posts(READERS)
@require_GET
def version(request: DeskRequest, version: int) -> HttpResponse:
    """Show the lines of one version, fifty at a time; of a draft with ways to change them."""
    return _version(request, version_numbered(version))


def _version(
    request: DeskRequest, row: CatalogueVersion, *, wrong: Any = None, status: int = 200
) -> HttpResponse:
    book, now = book_of(row), timezone.now()
    chooser, words = chooser_for(book, ()), request.GET.get("q", "").strip()[:60]
    found = [rule for rule in book.rules if not words or _bears(line_row(chooser, rule), words)]
    lines = Paginator(found, ROWS).get_page(request.GET.get("page"))
    is_draft = row.in_force_from is None
    facts = {
        "version": row,
        "is_draft": is_draft,
        "is_planned": not is_draft and _later(row, now),
        "holds": version_at(now) == row,
        "q": words,
        "keep": f"&{urlencode({'q': words})}" if words else "",
        "lines": lines,
        "rows": [line_row(chooser, rule) for rule in lines],
        "may_write": _may_write(request),
        "wrong": wrong,
        "sheet_form": wrong if isinstance(wrong, SheetForm) else SheetForm(),
        "start_form": wrong if isinstance(wrong, StartForm) else StartForm(),
    }
    return page(request, "dispatch/version", facts, status=status)


def _bears(row: dict[str, Any], words: str) -> bool:
    return words in f"{row['number']} {row['what']} {row['unit']} {row['basis']}"


def line_row(chooser: Chooser, rule: Rule) -> dict[str, Any]:
    """One line as a list shows it."""
    unit = chooser.units.get(rule.unit) if rule.unit is not None else None
    assist = [one for one in chooser.units.values() if one.code in rule.assist]
    by_place = _("the unit of the place: %(level)s") % {
        "level": FOUND_WORDS.get(rule.unit_level, "")
    }
    return {
        "number": rule.number,
        "what": described(chooser.book, rule),
        "unit": str(unit) if unit else by_place,
        "gone": unit is not None and unit.dissolved_on is not None,
        "assist": [str(one) for one in assist],
        "basis": rule.basis,
    }


@at_desk
@for_posts(READERS)
@require_GET
def sheet(_request: DeskRequest, version: int) -> HttpResponse:
    """Hand out all lines of a version as an XLSX sheet."""
    return file_of(catalogue_sheet(version_numbered(version)), f"catalogue-{version}.xlsx")


def file_of(content: bytes, name: str) -> HttpResponse:
    """A workbook to keep."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@at_desk
@for_posts(ADMINISTRATORS)
@require_POST
def bring_in(request: DeskRequest, version: int) -> HttpResponse:
    """Put the rows of a sheet in place of all lines of a draft, all or none."""
    row, form = version_numbered(version), SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _version(request, row, wrong=form, status=400)
    try:
        lines = lines_in(form.cleaned_data["file"].file)
        count = catalogue.replace_lines(row, lines, by=request.user, at=timezone.now())
    except Problem as problem:
        form.add_error("file", str(problem))
        return _version(request, row, wrong=form, status=problem.status)
    tell(request, _("%(count)d lines were taken in; look the version over.") % {"count": count})
    return redirect("dispatch:check", version=version)


@at_desk
@for_posts(ADMINISTRATORS)
@require_POST
def start(request: DeskRequest, version: int) -> HttpResponse:
    """Put a draft in force from a day on."""
    row, form = version_numbered(version), StartForm(request.POST)
    if not form.is_valid():
        return _version(request, row, wrong=form, status=400)
    try:
        row = catalogue.put_in_force(
            row, form.cleaned_data["day"], by=request.user, at=timezone.now()
        )
    except Problem as problem:
        form.add_error(None, str(problem))
        return _version(request, row, wrong=form, status=problem.status)
    begins = timezone.localtime(row.in_force_from).strftime("%Y-%m-%d %H:%M")
    words = {"number": row.number, "begins": begins}
    tell(request, _("Version %(number)d is in force from %(begins)s.") % words)
    return redirect("dispatch:versions")


@at_desk
@for_posts(ADMINISTRATORS)
@require_POST
def withdraw(request: DeskRequest, version: int) -> HttpResponse:
    """Make a version a draft again that has not begun."""
    row = catalogue.take_back(version_numbered(version), by=request.user, at=timezone.now())
    tell(request, _("Version %(number)d is a draft again.") % {"number": row.number})
    return redirect("dispatch:version", version=version)


def _may_write(request: DeskRequest) -> bool:
    return bool(ADMINISTRATORS & posts_of(request.user))


def _later(row: CatalogueVersion, now: datetime) -> bool:
    return row.in_force_from is not None and row.in_force_from > now

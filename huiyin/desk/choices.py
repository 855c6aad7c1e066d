"""Long lists to choose from: units by level, categories by branch.

Each list is one query, and its select is written in one go: Django's own widget renders a
template for every single option, which takes longer than the rest of the page.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_lazy

from huiyin.cases.models import Category
from huiyin.departments.models import Unit, UnitLevel
from huiyin.departments.queries import active_units
from huiyin.organisation.categories import categories_in_use

Choice: TypeAlias = tuple[str, str]
Group: TypeAlias = tuple[str, list[Choice]]
INDENT = "　"
LEVELS = list(UnitLevel)


class QuickSelect(forms.Select):
    """A select with groups, for hundreds of options."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Write the whole select at once."""
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        chosen = "" if value is None else str(value)
        parts = format_html_join(
            "", "{}", ((_option_or_group(key, label, chosen),) for key, label in self.choices)
        )
        return format_html("<select{}>{}</select>", flatatt(built), parts)


class ChoiceOf(forms.ChoiceField):
    """A field for one of many rows, which come with the form and cost no query each."""

    widget = QuickSelect

    def __init__(self, groups: Iterable[Any], *, empty: str, **facts: Any) -> None:
        facts.setdefault("error_messages", {"required": gettext_lazy("Choose one.")})
        super().__init__(choices=[("", empty), *groups], **facts)


def unit_choices(units: Sequence[Unit] | None = None) -> list[Group]:
    """The units that can be given work, level by level, in the order of their names."""
    rows = active_units().only("pk", "name", "name_en", "level") if units is None else units
    ordered = sorted(rows, key=lambda unit: LEVELS.index(UnitLevel(unit.level)))
    return [
        (str(UnitLevel(level).label), [(str(unit.pk), str(unit)) for unit in group])
        for level, group in groupby(ordered, key=lambda unit: unit.level)
    ]


def category_choices() -> list[Group]:
    """The categories in use, branch by branch; deeper ones stand further in."""
    rows = categories_in_use(on=localdate()).order_by("sort_key", "pk")
    children: dict[int | None, list[Category]] = {}
    for row in rows.only("pk", "name", "name_en", "parent_id"):
        children.setdefault(row.parent_id, []).append(row)
    return [(str(top), list(_branch(top, children, depth=0))) for top in children.get(None, [])]


def category_field() -> ChoiceOf:
    """A field that sets the category, or leaves the one a case has."""
    return ChoiceOf(
        category_choices(),
        empty=gettext("Leave it as it is"),
        label=gettext("Category"),
        help_text=gettext("The category decides the deadline."),
        required=False,
    )


def chosen_category(form: forms.Form) -> Category | None:
    """The category that was chosen in a form with a `category_field`."""
    chosen = form.cleaned_data["category"]
    return Category.objects.get(pk=int(chosen)) if chosen else None


def _branch(
    row: Category, children: dict[int | None, list[Category]], *, depth: int
) -> Iterable[Choice]:
    yield str(row.pk), INDENT * depth + str(row)
    for child in children.get(row.pk, []):
        yield from _branch(child, children, depth=depth + 1)


def _option_or_group(key: Any, label: Any, chosen: str) -> SafeString:
    if not isinstance(label, list | tuple):
        return _option(key, label, chosen)
    options = format_html_join("", "{}", ((_option(k, word, chosen),) for k, word in label))
    return format_html('<optgroup label="{}">{}</optgroup>', key, options)


def _option(key: Any, label: Any, chosen: str) -> SafeString:
    if str(key) == chosen:
        return format_html('<option value="{}" selected>{}</option>', key, label)
    return format_html('<option value="{}">{}</option>', key, label)

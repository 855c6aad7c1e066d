"""To look at again (防反弹): closed matters whose recheck is due, and the look at one."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.desk.clocks import clock
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.supervising.forms import RecheckForm
from huiyin.inspection.access import READERS, may_recheck, visible_rechecks
from huiyin.inspection.queries import open_rechecks, rechecks_done
from huiyin.inspection.rechecks import Look, note_recheck
from huiyin.office.problems import NotAllowed, NotFound, Problem

ROWS = 50
LISTS = {"open": gettext_lazy("To look at again"), "done": gettext_lazy("Looked at")}


@at_desk
@for_posts(READERS)
@require_GET
def rechecks(request: DeskRequest) -> HttpResponse:
    """List closed matters that are to be looked at again."""
    name = "done" if request.GET.get("list") == "done" else "open"
    rows = rechecks_done(request.user) if name == "done" else open_rechecks(request.user)
    shown, now = Paginator(rows, ROWS).get_page(request.GET.get("page")), timezone.now()
    facts = {
        "lists": LISTS,
        "name": name,
        "shown": shown,
        "keep": f"&list={name}",
        "rows": [
            {"row": row, "clock": None if row.done_at else clock(row.due_at, now=now)}
            for row in shown
        ],
    }
    return page(request, "supervising/rechecks", facts)


@at_desk
@for_posts(READERS)
@require_http_methods(["GET", "POST"])
def recheck_detail(request: DeskRequest, recheck: int) -> HttpResponse:
    """Show one recheck; write down whether the matter came back."""
    row = visible_rechecks(request.user).select_related("done_by").filter(pk=recheck).first()
    if row is None:
        raise NotFound(_("There is no such recheck for you."))
    form, status = RecheckForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            said = form.cleaned_data
            look = Look(said["found"] == "back", said["words"])
            try:
                row = note_recheck(row.pk, look, by=request.user, at=timezone.now())
            except NotAllowed:
                raise
            except Problem as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("Your look is noted."))
                return redirect("desk:recheck", recheck=row.pk)
    may = row.done_at is None and may_recheck(row.case, by=request.user)
    facts = {
        "row": row,
        "form": form if may or form.errors else None,
        "clock": None if row.done_at else clock(row.due_at, now=timezone.now()),
    }
    return page(request, "supervising/recheck", facts, status=status)

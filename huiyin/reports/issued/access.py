"""Who issues reports, who reads them, and who keeps the list of their readers.

An issued report tells every unit's figures to every unit, as such reports do: whoever reads
figures anywhere in the city reads it whole. It holds no personal data and no resident's words.
"""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.departments.access import reach_of
from huiyin.departments.models import Official, Unit
from huiyin.departments.queries import cities
from huiyin.office.problems import NotAllowed, NotFound
from huiyin.reports.issued.models import IssuedReport
from huiyin.reports.issued.rules import ISSUERS, KEEPERS, READERS


def readable_reports(by: Official) -> QuerySet[IssuedReport]:
    """The issued reports of the cities in which somebody reads figures."""
    roots = {int(path.split("/")[1]) for post, path in reach_of(by).held if post in READERS}
    return IssuedReport.objects.filter(city__in=roots)


def report_for(by: Official, pk: int) -> IssuedReport:
    """One report; it does not exist for somebody who may not read it."""
    report = readable_reports(by).select_related("city", "plan", "issued_by").filter(pk=pk).first()
    if report is None:
        raise NotFound(_("There is no such report for you."))
    return report


def city_for(by: Official) -> Unit | None:
    """The city whose reports somebody reads, issues or mails; the first, where there are more."""
    posts = READERS | KEEPERS
    roots = {int(path.split("/")[1]) for post, path in reach_of(by).held if post in posts}
    return cities().filter(pk__in=roots).first()


def may_issue(by: Official, city: Unit) -> bool:
    """Whether somebody issues and corrects the reports of a city."""
    return _holds_any(by, ISSUERS, city)


def may_keep_readers(by: Official, city: Unit) -> bool:
    """Whether somebody keeps the list of those who get reports by mail."""
    return _holds_any(by, KEEPERS, city)


def check_issuer(by: Official | str, city: Unit) -> None:
    """Refuse whoever does not issue the reports of a city; the system itself does."""
    if not isinstance(by, str) and not may_issue(by, city):
        raise NotAllowed(_("Only an analyst of the city issues and corrects its reports."))


def check_keeper(by: Official, city: Unit) -> None:
    """Refuse whoever does not keep the list of readers."""
    if not may_keep_readers(by, city):
        raise NotAllowed(
            _("Only an analyst or administrator of the city keeps the list of readers.")
        )


def _holds_any(by: Official, posts: frozenset[str], city: Unit) -> bool:
    reach = reach_of(by)
    return any(reach.holds(post, city.path) for post in posts)

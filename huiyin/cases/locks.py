"""Fetching a case for a change, with its present round and lead part."""

from huiyin.cases.models import Assignment, AssignmentRole, Case, Round


def locked_case(number: str) -> Case:
    """Fetch a case for a change: the second of two officials waits, then meets what is."""
    # Without the key: whoever writes a row that names this case, such as a link, need not wait,
    # so two who hold a case and its parent cannot wait for each other.
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("unit", "intake_unit").get(number=number)


def current_round(case: Case) -> Round | None:
    """The round a case is in; none before its first dispatch or answer."""
    rows = Round.objects.filter(case=case, number=case.round_number)
    return rows.select_related("unit").first()


def lead_part(case: Case) -> Assignment | None:
    """The latest lead assignment of the case's round."""
    rows = Assignment.objects.filter(
        case=case, round_number=case.round_number, role=AssignmentRole.LEAD
    )
    return rows.order_by("-pk").first()

"""Files that prove an answer, a milestone or a report: kept with the case, named by the paper."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from huiyin.cases.files.attachments import StoredFile, attach_file
from huiyin.cases.models import Case
from huiyin.departments.models import Official
from huiyin.inspection.models import Evidence


def keep_evidence(
    case: Case, files: Sequence[StoredFile], *, by: Official, at: datetime, **of: Any
) -> None:
    """Write stored files into the case, as evidence of one paper."""
    for file in files:
        attachment = attach_file(case, file, by=by, at=at)
        Evidence.objects.get_or_create(attachment=attachment, **of)

"""The re-check (查否): a third person looks at a drawn paper again, and can annul it.

From an annulment on the call-back counts as it was; the figures of before stay as they were known.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.counting.exclusions.access import may_recheck
from huiyin.counting.exclusions.asking import LONGEST, locked_paper
from huiyin.counting.exclusions.models import Appeal, Correction, CountingPaper, Found
from huiyin.counting.exclusions.telling import tell_rechecked, write
from huiyin.departments.models import Official
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput


@dataclass(frozen=True)
class Look:
    """What a re-check found, and in which words."""

    found: str
    words: str


@transaction.atomic
def note_recheck(paper: CountingPaper, look: Look, *, by: Official, at: datetime) -> CountingPaper:
    """Write down what the third person found; what should not have been granted is annulled."""
    row = locked_paper(paper)
    if row.recheck_by is None:
        raise NotPossible(_("The lot did not fall on this paper; it is not looked at again."))
    if row.rechecked_at is not None:
        name = row.rechecked_by.name if row.rechecked_by else ""
        raise NotPossible(
            _("%(name)s has looked at this already: %(found)s. Nothing was changed.")
            % {"name": name, "found": Found(row.recheck_found).label}
        )
    if not may_recheck(row, by=by):
        raise NotAllowed(
            _("A third person of the hotline looks again: not who asked, ruled or called back.")
        )
    words = look.words.strip()
    if look.found not in Found.values:
        raise WrongInput(_("Say what you found."))
    if not words or len(words) > LONGEST:
        raise WrongInput(
            _("Write down what you found, in at most %(most)d characters.") % {"most": LONGEST}
        )
    row.rechecked_by, row.rechecked_at = by, at
    row.recheck_found, row.recheck_words = look.found, words
    if look.found == Found.ANNULLED:
        row.annulled_at = at
        if isinstance(row, Appeal):
            Correction.objects.filter(appeal=row, annulled_at=None).update(annulled_at=at)
    row.save()
    found = str(look.found)
    key = write(row, "rechecked", by=by, at=at, words=words, found=found)
    tell_rechecked(row, key, at=at)
    return row

"""The notices on what counts: an exclusion or appeal was asked for, ruled on, looked at again."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from huiyin.departments.rules import Post
from huiyin.notices.facts import MOMENT, TEXT, UNIT
from huiyin.notices.sentences import Words

_DUE = {"due": MOMENT}
_REASON = {"reason": TEXT}

COUNTING: Mapping[str, Words] = {
    "exclusion.asked": Words(
        _(
            "%(unit)s asks that a call-back of case %(about)s be left out of the count. Rule on it "
            "by %(due)s."
        ),
        {"unit": UNIT} | _DUE,
        post=Post.SUPERVISOR,
    ),
    "exclusion.granted": Words(
        _("The exclusion in case %(about)s was granted; both figures stay visible."), _REASON
    ),
    "exclusion.refused": Words(
        _("The exclusion in case %(about)s was refused; the call-back counts."), _REASON
    ),
    "exclusion.lapsed": Words(
        _("Nobody ruled in time on the exclusion in case %(about)s: the call-back counts.")
    ),
    "exclusion.drawn": Words(
        _(
            "The lot fell on the exclusion in case %(about)s: a third person looks at it again by "
            "%(due)s."
        ),
        _DUE,
        post=Post.SUPERVISOR,
    ),
    "exclusion.stands": Words(
        _("The exclusion in case %(about)s was looked at again and stands."), _REASON
    ),
    "exclusion.annulled": Words(
        _("The exclusion in case %(about)s was annulled by the re-check: the call-back counts."),
        _REASON,
    ),
    "appeal.asked": Words(
        _("%(unit)s appeals against how case %(about)s was counted. Rule on it by %(due)s."),
        {"unit": UNIT} | _DUE,
        post=Post.SUPERVISOR,
    ),
    "appeal.granted": Words(
        _("The appeal in case %(about)s was granted; the count is corrected."), _REASON
    ),
    "appeal.moved": Words(
        _("After an appeal of %(unit)s your unit is judged by a round of case %(about)s."),
        {"unit": UNIT},
    ),
    "appeal.refused": Words(
        _("The appeal in case %(about)s was refused; the count stays as it is."), _REASON
    ),
    "appeal.lapsed": Words(
        _("Nobody ruled in time on the appeal in case %(about)s: the count stays as it is.")
    ),
    "appeal.drawn": Words(
        _(
            "The lot fell on the appeal in case %(about)s: a third person looks at it again by "
            "%(due)s."
        ),
        _DUE,
        post=Post.SUPERVISOR,
    ),
    "appeal.stands": Words(
        _("The appeal in case %(about)s was looked at again and stands."), _REASON
    ),
    "appeal.annulled": Words(
        _("The appeal in case %(about)s was annulled by the re-check: it counts as before."),
        _REASON,
    ),
}

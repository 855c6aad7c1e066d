"""Why the system refused something, in the words of the person who asked for it.

The system itself says it in English only, which would stand in the middle of a Chinese sentence.
"""

import errno

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

REASONS = {
    errno.ENOENT: gettext_noop("there is no such file or folder"),
    errno.EACCES: gettext_noop("this account may not do that there"),
    errno.EPERM: gettext_noop("this account may not do that there"),
    errno.EISDIR: gettext_noop("it is a folder and not a file"),
    errno.ENOTDIR: gettext_noop("a part of the path is not a folder"),
    errno.EEXIST: gettext_noop("it is there already"),
    errno.ENOSPC: gettext_noop("the disk is full"),
    errno.EDQUOT: gettext_noop("the disk is full"),
    errno.EROFS: gettext_noop("the disk can only be read"),
    errno.ENAMETOOLONG: gettext_noop("the name is too long"),
    errno.EADDRINUSE: gettext_noop("another program uses it"),
    errno.EADDRNOTAVAIL: gettext_noop("this machine does not have that address"),
}


def reason_of(problem: OSError) -> str:
    """The reason in words; one that is not known keeps the number by which it can be looked up."""
    known = REASONS.get(problem.errno or 0)
    if known is not None:
        return _(known)
    return _("the system refused it with number %(number)s") % {"number": problem.errno or "?"}

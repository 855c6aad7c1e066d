"""What a notice is made of: its sentences, to whom at a unit it goes, and the facts it carries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from huiyin.departments.rules import Post
from huiyin.notices.facts import Kind

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Words:
    """How one code is said, to whom at a unit it goes by default, and what it carries."""

    staff: Promise
    facts: Mapping[str, Kind] = field(default_factory=dict)
    resident: Promise | None = None
    post: Post = Post.OFFICER
    # Facts below the sentence that the resident reads too.
    for_resident: frozenset[str] = frozenset()

    def owed(self) -> frozenset[str]:
        """The facts without which a sentence would have a hole."""
        said = f"{self.staff}{self.resident or ''}"
        return frozenset(PLACEHOLDER.findall(said)) - {"about"}

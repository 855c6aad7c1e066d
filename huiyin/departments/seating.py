"""Who sits at the desk: the official of a session, with their posts, in one question."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from huiyin.departments.access import keep_reach, posts_held
from huiyin.departments.models import Official
from huiyin.office.together import together


class DeskBackend(ModelBackend):
    """Django's own way of signing in; every page needs the posts too, so they come along."""

    def get_user(self, user_id: int) -> Any:
        """Fetch the official of a session, or nobody."""
        officials = Official.objects.filter(pk=user_id)
        found, held = together(officials, posts_held(user_id, on=timezone.localdate()))
        if not found or not self.user_can_authenticate(found[0]):
            return None
        keep_reach(found[0], held)
        return found[0]

"""The room of the follow-up, which wants to know when a case was answered or closed."""

from importlib import import_module

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Subscribes to the steps of cases once all tables are known."""

    name = "huiyin.followup"

    def ready(self) -> None:
        """Load the subscriptions, which need the tables."""
        import_module("huiyin.followup.hearing")

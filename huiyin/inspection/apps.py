"""The room of inspection, which wants to know when a case moved."""

from importlib import import_module

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    """Subscribes to the steps of cases once all tables are known."""

    name = "huiyin.inspection"

    def ready(self) -> None:
        """Load the subscriptions, which need the tables."""
        import_module("huiyin.inspection.hearing")

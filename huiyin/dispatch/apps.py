"""The room of dispatching, which wants to know when a case is sent somewhere."""

from importlib import import_module

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Subscribes to the steps of cases once all tables are known."""

    name = "huiyin.dispatch"

    def ready(self) -> None:
        """Load the subscriptions, which need the tables."""
        import_module("huiyin.dispatch.hearing")

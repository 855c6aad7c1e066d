"""The cases of the city, and what always follows a step of one."""

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Sets what follows each step of a case."""

    name = "huiyin.cases"

    def ready(self) -> None:
        """Load the subscriptions, which need the tables."""
        import_module("huiyin.cases.hearing")

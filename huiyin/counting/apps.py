"""The room of the counting: calibers, facts, sums and rates, exclusions."""

from django.apps import AppConfig


class CountingConfig(AppConfig):
    """Counts what the city did, by a caliber that was adopted before."""

    name = "huiyin.counting"

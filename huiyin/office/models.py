"""What the office counts: wrong tries at a door, so that nobody can go on guessing."""

from typing import ClassVar

from django.db import models


class WrongTries(models.Model):
    """How often somebody at one network address was wrong in one hour; names no address."""

    # A keyed digest: without the city's key nobody can tell which address it was.
    who = models.BinaryField(max_length=16)
    hour = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        verbose_name_plural = "wrong tries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hour", "who"], name="wrong_tries_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}: {self.count}"

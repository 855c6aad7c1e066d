"""The tables of the logbook. Nothing in them is ever changed, but for `Chain`, which is derived.

Other rooms write through `actions` and read through `queries`; `rules` says what the bytes mean.
"""

import json
from typing import Any, ClassVar

from django.db import models


class Entry(models.Model):
    """One step: who, at which unit, when, what; chained to the step before it."""

    append_only: ClassVar = True

    # "C" sorts by bytes, as the Merkle tree and any verifier in another language do.
    about = models.CharField(max_length=100, db_collation="C")
    position = models.IntegerField()
    code = models.CharField(max_length=60)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)
    # Text, not jsonb: these are the very bytes that were hashed.
    body = models.TextField()
    prev = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["about", "position"], name="entry_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.position} {self.code}"

    @property
    def details(self) -> dict[str, Any]:
        """What the step says beside who, when and what."""
        return dict(json.loads(self.body)["details"])


class Words(models.Model):
    """What people wrote in a step. The chain holds only a commitment, so these can be erased."""

    append_only: ClassVar = True

    # By place in the chain and not by the entry's id: bulk writing needs no ids, checking is one
    # walk along two equal orders, and all words of a case are erased by its number.
    pk = models.CompositePrimaryKey("about", "position")
    about = models.CharField(max_length=100, db_collation="C")
    position = models.IntegerField()
    salt = models.BinaryField(max_length=16)
    text = models.TextField()

    class Meta:
        verbose_name_plural = "words"

    def __str__(self) -> str:
        return f"words of {self.about} {self.position}"


class Chain(models.Model):
    """Where a chain ends: the lock on which two recorders meet. Derived, never believed."""

    about = models.CharField(max_length=100, primary_key=True, db_collation="C")
    length = models.IntegerField()
    # The head before this one, so that a single statement can move the head and write the entry.
    previous = models.BinaryField(max_length=32)
    head = models.BinaryField(max_length=32)
    sealed_length = models.IntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["about"],
                name="chain_to_be_sealed",
                condition=models.Q(length__gt=models.F("sealed_length")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.length}"


class Seal(models.Model):
    """One seal over all chains that grew since the seal before it."""

    append_only: ClassVar = True

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    leaves = models.IntegerField()
    merkle_root = models.BinaryField(max_length=32)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"seal {self.number}"


class SealLeaf(models.Model):
    """One chain in a seal: how long it was, and its head."""

    append_only: ClassVar = True

    pk = models.CompositePrimaryKey("seal", "index")
    # No foreign key: a missing seal is found by `verify`, and a hundred thousand leaves in one
    # transaction are written without looking up the same row each time.
    seal = models.BigIntegerField()
    index = models.IntegerField()
    about = models.CharField(max_length=100, db_collation="C")
    length = models.IntegerField()
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["about", "length"], name="leaf_length_once"),
        ]

    def __str__(self) -> str:
        return f"leaf {self.index} of seal {self.seal}"


class Access(models.Model):
    """One look of an official at the data of a person."""

    append_only: ClassVar = True

    about = models.CharField(max_length=100, db_collation="C")
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)
    official_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "accesses"
        indexes: ClassVar = [
            models.Index(fields=["about", "at"], name="access_about"),
            models.Index(fields=["official_id", "at"], name="access_by_official"),
        ]

    def __str__(self) -> str:
        return f"{self.by_label} looked at {self.about}"

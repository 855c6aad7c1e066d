"""What was imported: one row for each case that came from a source, by which it is known again."""

from django.db import models


class ImportedRow(models.Model):
    """The digest of a source's row, and of each step of the life that was made of it."""

    case = models.OneToOneField(
        "cases.Case", models.PROTECT, primary_key=True, related_name="imported"
    )
    digest = models.BinaryField(max_length=16)
    # Eight bytes for what was asked and for each step: whether a changed row goes on from here.
    life = models.BinaryField()
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"import of case {self.case_id}"

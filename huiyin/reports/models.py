"""The tables of the rooms within this one."""

from huiyin.reports.assessing.models import AssessedFigure
from huiyin.reports.issued.models import IssuedReport, ReportMail, ReportPlan, ReportReader

__all__ = [
    "AssessedFigure",
    "IssuedReport",
    "ReportMail",
    "ReportPlan",
    "ReportReader",
]

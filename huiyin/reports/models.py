"""The tables of the rooms within this one."""

from huiyin.reports.assessing.models import AssessedFigure
from huiyin.reports.issued.models import IssuedReport, ReportMail, ReportPlan, ReportReader
from huiyin.reports.meeting.models import AgendaCase, BriefWords, Decision, Meeting

__all__ = [
    "AgendaCase",
    "AssessedFigure",
    "BriefWords",
    "Decision",
    "IssuedReport",
    "Meeting",
    "ReportMail",
    "ReportPlan",
    "ReportReader",
]

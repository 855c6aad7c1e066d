"""The addresses of issued reports, within those of the desk."""

from django.urls import path

from huiyin.desk.issuing import issues, plan, readers

REPORT = "reports/<int:report>/"
urlpatterns = [
    path("reports/", issues.reports, name="reports"),
    path("reports/issue/", issues.issue, name="issue_report"),
    path("reports/plan/", plan.report_plan, name="report_plan"),
    path("reports/readers/", readers.report_readers, name="report_readers"),
    path("reports/readers/<int:reader>/end/", readers.end, name="end_reader"),
    path("reports/end/<str:secret>/", readers.end_reports, name="end_reports"),
    path(REPORT, issues.report, name="report"),
    path(f"{REPORT}correct/", issues.correct, name="correct_report"),
    path(f"{REPORT}mails/", readers.mails_again, name="mails_again"),
    path(f"{REPORT}<str:language>.<str:form>", issues.file, name="report_file"),
]

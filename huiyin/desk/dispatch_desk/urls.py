"""The addresses of the catalogue, the lists of duties and the consultations."""

from django.urls import path

from huiyin.desk.dispatch_desk import consultations, duties, lines, looking, versions

app_name = "dispatch"
VERSION = "catalogue/<int:version>/"
urlpatterns = [
    path("catalogue/", versions.versions, name="versions"),
    path("catalogue/drafts/", versions.begin, name="begin"),
    path(VERSION, versions.version, name="version"),
    path(f"{VERSION}sheet/", versions.sheet, name="sheet"),
    path(f"{VERSION}import/", versions.bring_in, name="bring_in"),
    path(f"{VERSION}start/", versions.start, name="start"),
    path(f"{VERSION}take-back/", versions.withdraw, name="withdraw"),
    path(f"{VERSION}lines/<int:line>/", lines.line, name="line"),
    path(f"{VERSION}check/", looking.check, name="check"),
    path(f"{VERSION}preview/", looking.changes, name="changes"),
    path(f"{VERSION}differences/", looking.differences, name="differences"),
    path("duties/", duties.duties, name="duties"),
    path("duties/sheet/", duties.sheet, name="duty_sheet"),
    path("consultations/", consultations.consultations, name="consultations"),
    path("consultations/<int:opinion>/", consultations.opinion, name="opinion"),
    path("cases/<str:number>/consultation/", consultations.consult, name="consult"),
]

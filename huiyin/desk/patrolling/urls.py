"""The addresses of patrols and volunteers at the desk."""

from django.urls import path

from huiyin.desk.patrolling import (
    beats,
    checking,
    home,
    plans,
    sending,
    tasks,
    volunteers,
    walking,
)

app_name = "patrols"
BEAT, VOLUNTEER, TASK = "beats/<str:code>/", "volunteers/<str:code>/", "tasks/<str:code>/"
PATROL = "log/<uuid:patrol>/"
urlpatterns = [
    path("", home.home, name="home"),
    path("walk/", walking.walk, name="walk"),
    path("walk/worker.js", walking.worker, name="worker"),
    path("send/", sending.send, name="send"),
    path("photos/", sending.send_photo, name="send_photo"),
    path("start/", walking.start, name="start"),
    path(PATROL, walking.patrol_detail, name="patrol_detail"),
    path(f"{PATROL}findings/", walking.add_finding, name="add_finding"),
    path(f"{PATROL}finish/", walking.finish, name="finish"),
    path("verify/<str:number>/", checking.verify, name="verify"),
    path("beats/", beats.beats, name="beats"),
    path(BEAT, beats.beat_detail, name="beat_detail"),
    path(f"{BEAT}end/", beats.end, name="end_beat"),
    path(f"{BEAT}chiefs/", beats.appoint, name="appoint_chief"),
    path(f"{BEAT}chiefs/<int:chief>/", beats.dismiss, name="dismiss_chief"),
    path("coverage/", beats.covered, name="coverage"),
    path("plans/", plans.plans, name="plans"),
    path("plans/frequency/", plans.set_frequency, name="set_frequency"),
    path("plans/roles/", plans.adopt_roles, name="adopt_roles"),
    path("volunteers/", volunteers.volunteers, name="volunteers"),
    path(VOLUNTEER, volunteers.volunteer_detail, name="volunteer_detail"),
    path(f"{VOLUNTEER}person/", volunteers.open_volunteer, name="open_volunteer"),
    path(f"{VOLUNTEER}link/", volunteers.renew_link, name="renew_link"),
    path(f"{VOLUNTEER}leave/", volunteers.let_go, name="let_go"),
    path("tasks/", tasks.tasks, name="tasks"),
    path(TASK, tasks.task_detail, name="task_detail"),
    path(f"{TASK}call-off/", tasks.call_off, name="call_off"),
    path(f"{TASK}deeds/<int:deed>/", tasks.confirm, name="confirm_deed"),
    path(f"{TASK}deeds/<int:deed>/photo/", tasks.deed_photo, name="deed_photo"),
]

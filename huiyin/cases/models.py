"""The case, its rounds and assignments, its categories, and the resident kept apart."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.cases import rules


class Status(models.TextChoices):
    """Where a case stands."""

    RECEIVED = rules.Status.RECEIVED, _("received")
    DISPATCHED = rules.Status.DISPATCHED, _("dispatched")
    IN_HAND = rules.Status.IN_HAND, _("in hand")
    ANSWERED = rules.Status.ANSWERED, _("answered")
    CLOSED = rules.Status.CLOSED, _("closed")
    WITHDRAWN = rules.Status.WITHDRAWN, _("withdrawn")
    REDIRECTED = rules.Status.REDIRECTED, _("explained, another way")
    TRANSFERRED = rules.Status.TRANSFERRED, _("with an outside body")
    PARKED = rules.Status.PARKED, _("parked in the ledger")
    MERGED = rules.Status.MERGED, _("merged")


class RequestKind(models.TextChoices):
    """What a resident wants of the city."""

    CONSULTATION = rules.RequestKind.CONSULTATION, _("consultation")
    HELP = rules.RequestKind.HELP, _("request for help")
    COMPLAINT = rules.RequestKind.COMPLAINT, _("complaint")
    REPORT = rules.RequestKind.REPORT, _("report of wrongdoing")
    SUGGESTION = rules.RequestKind.SUGGESTION, _("suggestion")
    THANKS = rules.RequestKind.THANKS, _("thanks")


class Channel(models.TextChoices):
    """How a request reached the city."""

    PHONE = rules.Channel.PHONE, _("phone")
    WEB = rules.Channel.WEB, _("web page")
    APP = rules.Channel.APP, _("app")
    LETTER = rules.Channel.LETTER, _("letter")
    EMAIL = rules.Channel.EMAIL, _("e-mail")
    SOCIAL = rules.Channel.SOCIAL, _("social media")
    VISIT = rules.Channel.VISIT, _("visit in person")
    PATROL = rules.Channel.PATROL, _("patrol")
    EXCHANGE = rules.Channel.EXCHANGE, _("another system")
    OTHER = rules.Channel.OTHER, _("other")


class Satisfaction(models.TextChoices):
    """What a resident says of the handling."""

    SATISFIED = rules.Satisfaction.SATISFIED, _("satisfied")
    BASICALLY = rules.Satisfaction.BASICALLY, _("basically satisfied")
    DISSATISFIED = rules.Satisfaction.DISSATISFIED, _("dissatisfied")


class AssignmentRole(models.TextChoices):
    """A unit's part in a case."""

    LEAD = rules.AssignmentRole.LEAD, _("lead")
    ASSIST = rules.AssignmentRole.ASSIST, _("assist")
    COPY = rules.AssignmentRole.COPY, _("copy")
    BELOW = rules.AssignmentRole.BELOW, _("handed down")


class AssignmentState(models.TextChoices):
    """How far a unit is with its part."""

    SENT = rules.AssignmentState.SENT, _("sent")
    ACCEPTED = rules.AssignmentState.ACCEPTED, _("accepted")
    DONE = rules.AssignmentState.DONE, _("done")
    RETURNED = rules.AssignmentState.RETURNED, _("returned")
    RELEASED = rules.AssignmentState.RELEASED, _("no longer needed")


class SpecialRoute(models.TextChoices):
    """The six legal ways of not dispatching a request."""

    EMERGENCY = rules.SpecialRoute.EMERGENCY, _("emergency, handed over at once")
    LEGAL_CHANNEL = rules.SpecialRoute.LEGAL_CHANNEL, _("belongs to a legal procedure")
    SAME_MATTER = rules.SpecialRoute.SAME_MATTER, _("same matter without new facts")
    SECRET = rules.SpecialRoute.SECRET, _("touches a secret or somebody's privacy")
    OUTSIDE_DUTY = rules.SpecialRoute.OUTSIDE_DUTY, _("outside the duties of government")
    UNLAWFUL = rules.SpecialRoute.UNLAWFUL, _("against the law or public order")


class OutsideBody(models.TextChoices):
    """To whom a case can be handed outside the city's own units."""

    OTHER_CITY = rules.OutsideBody.OTHER_CITY, _("another city")
    HIGHER_LEVEL = rules.OutsideBody.HIGHER_LEVEL, _("a higher level of government")
    POLICE = rules.OutsideBody.POLICE, _("police")
    COURT = rules.OutsideBody.COURT, _("court or procuratorate")
    PETITION_OFFICE = rules.OutsideBody.PETITION_OFFICE, _("petition office")
    OTHER = rules.OutsideBody.OTHER, _("another body")


class ApplicationKind(models.TextChoices):
    """What one side asks for and another rules on."""

    OBJECTION = rules.ApplicationKind.OBJECTION, _("objection to the dispatch")
    EXTENSION = rules.ApplicationKind.EXTENSION, _("extension of the deadline")
    PARKING = rules.ApplicationKind.PARKING, _("parking in the ledger")
    PART_REFUSAL = rules.ApplicationKind.PART_REFUSAL, _("refusal of a joint part")
    RECALL = rules.ApplicationKind.RECALL, _("recall of a dispatch")


class ApplicationState(models.TextChoices):
    """How an application stands."""

    OPEN = rules.ApplicationState.OPEN, _("waits for a ruling")
    GRANTED = rules.ApplicationState.GRANTED, _("granted")
    REFUSED = rules.ApplicationState.REFUSED, _("refused")
    LAPSED = rules.ApplicationState.LAPSED, _("lapsed")
    TAKEN_BACK = rules.ApplicationState.TAKEN_BACK, _("taken back")


class Ruling(models.TextChoices):
    """What was ruled."""

    GRANT = rules.Ruling.GRANT, _("granted")
    REFUSE = rules.Ruling.REFUSE, _("refused")
    REDISPATCH = rules.Ruling.REDISPATCH, _("sent to another unit")
    DESIGNATE = rules.Ruling.DESIGNATE, _("designated: not returnable")
    UPHOLD = rules.Ruling.UPHOLD, _("stays with the unit")
    RETURN = rules.Ruling.RETURN, _("back to the dispatch queue")


class Category(models.Model):
    """What a case is about: a tree of any depth, each branch with its dates."""

    code = models.CharField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=320)
    deadline_class = models.CharField(_("deadline class"), max_length=40, default="general")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["path"], name="category_path", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.name


class Resident(models.Model):
    """Who asked, sealed. Read only by `residents.resident_of`, which writes the access log."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sealed = models.BinaryField(null=True)
    key_name = models.CharField(max_length=20)
    # A keyed digest of the phone number: finds the same caller's cases, names nobody.
    phone_index = models.BinaryField(null=True, db_index=True)
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)


class Case(models.Model):
    """A matter somebody must act on and answer for (件)."""

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40, default="request")
    request_kind = models.CharField(max_length=20, choices=RequestKind)
    channel = models.CharField(max_length=20, choices=Channel)
    title = models.CharField(max_length=200)
    text = models.TextField()
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="cases")
    deadline_class = models.CharField(max_length=40, default="general")
    place = models.ForeignKey("places.Place", models.PROTECT, null=True, related_name="cases")
    address = models.CharField(max_length=300, blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    resident = models.OneToOneField(Resident, models.PROTECT, null=True, related_name="case")
    is_confidential = models.BooleanField(default=False)

    status = models.CharField(max_length=20, choices=Status)
    round_number = models.PositiveSmallIntegerField(default=1)
    intake_unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    # The official who found the matter, where no resident asked.
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    unit = models.ForeignKey(
        "departments.Unit", models.PROTECT, null=True, related_name="cases_led"
    )
    first_unit = models.ForeignKey("departments.Unit", models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    # The deadline promised to the resident for this round; none before the first dispatch.
    due_at = models.DateTimeField(null=True)
    # Until when the present wait may last, whoever is waited for.
    wait_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # The same matter: the case that is worked for this one too.
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    route = models.CharField(max_length=20, choices=SpecialRoute, blank=True)
    body = models.CharField(max_length=20, choices=OutsideBody, blank=True)
    # How often the lead was taken from a unit, over all rounds.
    returns = models.PositiveSmallIntegerField(default=0)
    # Since when it is a problem case (问题工单), which somebody higher must look at.
    problem_since = models.DateTimeField(null=True)

    source = models.CharField(max_length=40, blank=True)
    source_id = models.CharField(max_length=120, null=True)
    # A form can be sent twice; its key makes the second sending find the first's case.
    form_key = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "source_id"], name="case_source_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "status", "wait_until"], name="case_unit_queue"),
            models.Index(fields=["status", "wait_until", "id"], name="case_status_queue"),
            models.Index(fields=["received_at"], name="case_received"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The case's page at the desk."""
        return f"/desk/cases/{self.number}/"


class Round(models.Model):
    """One turn of a case from its dispatch to its call-back, with its own clock."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("departments.Unit", models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    # What the deadline was reckoned from, so that it can be explained for ever.
    basis: Any = models.JSONField(default=dict)
    # The first promise of the round, where an extension or the ledger moved it.
    first_due_at = models.DateTimeField(null=True)
    # The hotline has named the unit; it can no longer object.
    is_designated = models.BooleanField(default=False)
    accepted_at = models.DateTimeField(null=True)
    resident_told_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.CharField(max_length=20, choices=Satisfaction, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="round_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"


class Assignment(models.Model):
    """One unit's part in one round of a case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    round_number = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=10, choices=AssignmentRole)
    state = models.CharField(max_length=10, choices=AssignmentState)
    sent_at = models.DateTimeField()
    # Who sent it there; unknown for imported history.
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    # Who asked for this part, what is asked, and what came of it; empty for the lead.
    asked_by = models.ForeignKey("departments.Unit", models.PROTECT, null=True, related_name="+")
    task = models.TextField(blank=True)
    result = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "case"], name="assignment_unit_case"),
            # Few parts are open at once: who is reminded of theirs is found without the rest.
            models.Index(
                fields=["due_at"],
                name="assignment_open_part",
                condition=models.Q(role__in=["assist", "below"], state__in=["sent", "accepted"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}: {self.unit_id}"


class Application(models.Model):
    """What a unit asks for in writing and somebody else rules on, within a time (申请)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="applications")
    round_number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=ApplicationKind)
    ground = models.CharField(max_length=40)
    words = models.TextField()
    # What is asked for: a unit, a day, a ledger entry; facts only.
    asked: Any = models.JSONField(default=dict)
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    part = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="applications")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    rule_by = models.DateTimeField()
    state = models.CharField(max_length=12, choices=ApplicationState)
    ruling = models.CharField(max_length=12, choices=Ruling, blank=True)
    ruling_words = models.TextField(blank=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # One open application of a kind for each part: a second press finds the first.
            models.UniqueConstraint(
                fields=["case", "kind", "part"],
                condition=models.Q(state="open"),
                nulls_distinct=False,
                name="application_open_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "kind", "rule_by"], name="application_queue"),
            models.Index(fields=["unit", "asked_at"], name="application_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"


class Link(models.Model):
    """A case that names another: a repeat, a rebound, a case split off."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "other", "kind"], name="link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"


class Attachment(models.Model):
    """A photo or document of a case, kept outside the database under its digest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    # The application it is evidence for, if it is.
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    from_resident = models.BooleanField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

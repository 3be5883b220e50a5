"""Evidence that came with a case, files waiting for a filing to succeed, and the letters that went out."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.cases.models import Case, CitedTerm
from casework.parties.models import Department, User
from casework.parties.perms import AnyUser


def evidence_path(instance: FileRecord, filename: str) -> str:
    """A name that tells nothing and can't collide; the filer's own name is kept in the row."""
    return f"evidence/{uuid.uuid4().hex}"


def rendition_path(instance: FileRecord, filename: str) -> str:
    """Where the picture for the screen lies, beside the evidence and never in its place."""
    return f"renditions/{uuid.uuid4().hex}"


class Scan(models.TextChoices):
    """What a virus scanner said of a file. Nothing is called clean that no scanner looked at."""

    NONE = "none", _("not scanned for viruses")
    WAITING = "waiting", _("waits for the virus scan")
    CLEAN = "clean", _("no virus found")
    INFECTED = "infected", _("virus found")
    FAILED = "failed", _("the virus scan failed")


class FileRecord(models.Model):
    """A stored file and what was found out about it.

    Attributes:
        file: the bytes as they came; they are the evidence and nothing ever changes them.
        sha256: of those bytes.
        rendition: of a picture, what is shown on a screen: upright, smaller, without place and camera.
        kind: what the sender says that the file is, in the version of the list that was offered.
    """

    file = models.FileField(_("file"), upload_to=evidence_path, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    created_at = models.DateTimeField(_("received at"), auto_now_add=True)
    rendition = models.FileField(_("picture for the screen"), upload_to=rendition_path, max_length=200, blank=True)
    kind = models.ForeignKey(
        CitedTerm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind of evidence")
    )
    scan = models.CharField(_("virus scan"), max_length=10, choices=Scan.choices, default=Scan.NONE)
    scan_signature = models.CharField(_("name of the virus"), max_length=200, blank=True)
    scanned_at = models.DateTimeField(_("scanned at"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_infected(self) -> bool:
        """Whether a virus was found; such a file is given to nobody."""
        return self.scan == Scan.INFECTED


class StagedFile(FileRecord):
    """An uploaded file that waits for its filing, so that a mistake elsewhere on the form never loses it.

    Attributes:
        key: the idempotency key of the filing it belongs to, known only to that browser.
    """

    key = models.CharField(max_length=80, db_index=True)

    class Meta:
        verbose_name = _("staged file")
        verbose_name_plural = _("staged files")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["key", "sha256"], name="staged_once")]


class CaseFileQuerySet(models.QuerySet["Attachment"]):
    """Attachments, narrowed through the case they belong to."""

    def visible_to(self, user: AnyUser) -> Self:
        """Only the files of cases that the user may see."""
        return self.filter(case__in=Case.objects.visible_to(user))


class Attachment(FileRecord):
    """Evidence of a case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_complainant = models.BooleanField(default=True)
    by_respondent = models.BooleanField(_("from the respondent"), default=False)
    # Business or state secrets, personal data: only those who handle the case open it (Decree 802 art. 25(5)).
    is_secret = models.BooleanField(pgettext_lazy("file", "secret"), default=False)

    objects = CaseFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["id"]
        indexes = [models.Index(fields=["sha256"], name="attachment_same")]
        constraints = [models.UniqueConstraint(fields=["case", "sha256"], name="attachment_once")]


class LetterCounter(models.Model):
    """The last number that a department gave in a year; its row lock keeps two letters from one number."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["department", "year"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.department_id}/{self.year}: {self.last}"


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters, narrowed through the case they belong to."""

    def visible_to(self, user: AnyUser) -> Self:
        """Only the letters of cases that the user may see."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def for_complainant(self) -> Self:
        """The letters that are addressed to the complainant or copied to him."""
        return self.filter(to_complainant=True)


class Letter(models.Model):
    """A numbered letter. Its variables are frozen when it is issued; the PDF is rendered from them after the commit."""

    class Status(models.TextChoices):
        ISSUED = "issued", _("being prepared")
        READY = "ready", _("ready")

    # None for a letter that several cases share, such as one to a department about its late cases.
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="letters")
    template = models.CharField(_("template"), max_length=40)
    template_version = models.PositiveSmallIntegerField(_("template version"))
    title = models.CharField(_("title"), max_length=60)
    department = models.ForeignKey(Department, models.PROTECT, related_name="letters")
    number = models.CharField(_("document number"), max_length=60, unique=True)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    variables = models.JSONField()
    to_complainant = models.BooleanField(default=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    issued_on = models.DateField(_("issued on"))
    # Printed as a QR code; random, so that nobody learns of a letter by counting.
    verify_code = models.CharField(_("verification code"), max_length=12, unique=True, null=True, editable=False)
    # A letter that was wrong is issued again: the new one names the one that it replaces.
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ISSUED)
    file = models.FileField(upload_to="letters/", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["department", "year", "sequence"], name="letter_number_once"),
            models.CheckConstraint(
                condition=Q(status="issued") | (~Q(sha256="") & ~Q(file="")), name="letter_ready_has_file"
            ),
        ]
        triggers = [
            # What was said in a letter stays said: only the rendered file may still be added, once.
            pgtrigger.Trigger(
                name="letter_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="ready"),
                func="RAISE EXCEPTION 'letter % is issued and never changes', OLD.number;",
            ),
            pgtrigger.Protect(name="letter_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class LetterDelivery(models.Model):
    """That a letter was delivered or read, how and to whom; written when it happens, never changed."""

    class Way(models.TextChoices):
        PORTAL = "portal", _("opened on the tracking page")
        LINK = "link", _("opened through a secure link")
        STAFF = "staff", _("opened in the office")
        POST = "post", _("by post")
        HAND = "hand", _("handed over")
        EMAIL = "email", _("by e-mail")

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="deliveries")
    way = models.CharField(_("way"), max_length=8, choices=Way.choices)
    recipient = models.CharField(_("recipient"), max_length=120)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.way}"


# The rooms' own tables.
from casework.documents.conversation import models as conversation_models  # noqa: E402, F401

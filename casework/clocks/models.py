"""The working-day calendar, the statutory periods as versioned data, and the deadlines that run on cases."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.clocks.certainty import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.utils.functional import Promise


# Every way of changing the calendar leaves a new stamp, also `update()` and plain SQL. A random value rather than a
# counter: a counter that was rolled back would be given out twice, and a process would keep a calendar that never was.
_NEW_STAMP = pgtrigger.Trigger(
    name="calendar_changed",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
    func="""
        INSERT INTO clocks_calendarstamp (id, stamp) VALUES (1, gen_random_uuid())
        ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp;
        RETURN NULL;
    """,
)


class CalendarStamp(models.Model):
    """One row that changes with the calendar, by trigger: processes see by it that their copy is old."""

    stamp = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="calendar_stamp_single")]

    def __str__(self) -> str:
        return str(self.stamp)


class CalendarYear(models.Model):
    """A year of the working-day calendar and the State Council notice that it comes from."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    announced = models.BooleanField(
        _("announced"), default=False, help_text=_("Deadlines that run into a year not announced are provisional.")
    )
    source_notice = models.CharField(_("source notice"), max_length=200, blank=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ["year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(announced=False) | ~Q(source_notice=""), name="calendar_announced_has_notice"
            )
        ]
        triggers = [_NEW_STAMP]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from the plain week: a weekday off, or a weekend day that is worked (调休)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("day off")
        WORKDAY = "workday", _("make-up working day")

    year = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days", verbose_name=_("year"))
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("occasion"), max_length=60, blank=True)
    division = models.CharField(
        _("division"), max_length=6, blank=True, help_text=_("Empty: national. Minority areas may add days off.")
    )

    class Meta:
        verbose_name = _("exception to the week")
        verbose_name_plural = _("exceptions to the week")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["date", "division"], name="calendar_day_once"),
            models.CheckConstraint(condition=Q(kind__in=["holiday", "workday"]), name="calendar_day_kind"),
        ]
        triggers = [_NEW_STAMP]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"


# What a published version keeps for good. Its end is not among them: a rule may be repealed without a successor.
_FROZEN = (
    "code", "division", "version", "name", "amount", "unit", "start_day_excluded", "roll_forward", "hard_cap",
    "pausable", "starts_on", "stops_on", "responsible", "warning_leads", "effective_from", "citation", "certainty",
    "status", "due_month", "due_day", "drafted_by", "reviewed_by", "reviewed_at", "published_by", "published_at",
)  # fmt: skip


class CalendarChange(models.Model):
    """A change of one year of the calendar, national or of one division: written as a draft, then applied in one go.

    It holds every exception of its year and division as they will be, so that a year is announced, a holiday moved and
    a region's extra days added in the same way. What was applied stays as the record of who loaded which notice.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPLIED = "applied", _("applied")

    year = models.PositiveSmallIntegerField(_("year"))
    division = models.CharField(_("division"), max_length=6, blank=True)
    days = models.JSONField(_("exceptions to the week"), default=list)
    source_notice = models.CharField(
        _("source notice"),
        max_length=200,
        blank=True,
        help_text=_("Title and number of the notice, as it was published."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("applied by")
    )
    applied_at = models.DateTimeField(_("applied at"), null=True)
    moved = models.PositiveIntegerField(_("deadlines moved"), null=True)
    settled = models.PositiveIntegerField(_("deadlines no longer provisional"), null=True)

    class Meta:
        verbose_name = _("change of the calendar")
        verbose_name_plural = _("changes of the calendar")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "division"], condition=Q(status="draft"), name="calendar_change_one_draft"
            ),
            models.CheckConstraint(condition=Q(status__in=["draft", "applied"]), name="calendar_change_status"),
            models.CheckConstraint(
                condition=Q(status="draft") | (~Q(source_notice="") & Q(applied_at__isnull=False)),
                name="calendar_change_applied_has_notice",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="applied_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="applied"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.division}".strip()


class StatutoryPeriod(models.Model):
    """A period that law sets, in one version. A published version never changes; a new one starts on a date."""

    class Unit(models.TextChoices):
        WORKING_DAYS = "working_days", _("working days")
        CALENDAR_DAYS = "calendar_days", _("calendar days")
        # "By 31 March each year": the amount says which such day after the event, in practice the first.
        YEARLY_DATE = "yearly_date", _("by a day of the year")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEWED = "reviewed", _("reviewed by a second person")
        PUBLISHED = "published", _("published")

    code = models.CharField(_("code"), max_length=40)
    division = models.CharField(
        _("division"), max_length=6, blank=True, help_text=_("Empty: national. A province may be stricter.")
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=60)
    amount = models.PositiveSmallIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=14, choices=Unit.choices)
    due_month = models.PositiveSmallIntegerField(
        _("month"), null=True, blank=True, help_text=_("Only for a day of the year, such as 3 and 31 for 31 March.")
    )
    due_day = models.PositiveSmallIntegerField(_("day of the month"), null=True, blank=True)
    start_day_excluded = models.BooleanField(_("start day not counted"), default=True)
    roll_forward = models.BooleanField(_("last day moves to the next working day"), default=True)
    hard_cap = models.PositiveSmallIntegerField(
        _("longest total"),
        null=True,
        blank=True,
        help_text=_("In the same unit, from the start, extensions included. Empty: the rule names no longest total."),
    )
    pausable = models.BooleanField(_("may be paused"), default=False)
    starts_on = models.CharField(_("event that starts it"), max_length=60)
    stops_on = models.JSONField(_("events that stop it"), default=list)
    responsible = models.CharField(_("who is responsible"), max_length=24)
    warning_leads = models.JSONField(_("warnings, days before"), default=list)
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until"), null=True, blank=True)
    citation = models.CharField(_("citation"), max_length=300)
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    # All empty for what came with the software.
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drafted by")
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("statutory period")
        verbose_name_plural = _("statutory periods")
        ordering = ["code", "division", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "division", "version"], name="period_version_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="period_amount"),
            models.CheckConstraint(
                condition=Q(unit__in=["working_days", "calendar_days", "yearly_date"]), name="period_unit"
            ),
            models.CheckConstraint(
                condition=Q(
                    unit="yearly_date",
                    due_month__range=(1, 12),
                    due_day__range=(1, 31),
                    hard_cap=None,
                    pausable=False,
                )
                | (~Q(unit="yearly_date") & Q(due_month=None, due_day=None)),
                name="period_yearly_date",
            ),
            # Four eyes; who wrote last can't review.
            models.CheckConstraint(
                condition=Q(drafted_by=None) | Q(reviewed_by=None) | ~Q(drafted_by=F("reviewed_by")),
                name="period_second_person",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", reviewed_by=None)
                | Q(status="reviewed", reviewed_by__isnull=False, published_by=None)
                | Q(status="published"),
                name="period_review",
            ),
            models.CheckConstraint(condition=Q(status__in=["draft", "reviewed", "published"]), name="period_status"),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")), name="period_dates"
            ),
            models.CheckConstraint(
                condition=Q(hard_cap=None) | Q(hard_cap__gte=F("amount")), name="period_cap_not_below_amount"
            ),
        ]
        triggers = [
            # Deadlines point at a published version and explain themselves by it. Only its end may still be set.
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="published")
                & reduce(or_, (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in _FROZEN)),
            ),
            pgtrigger.Protect(
                name="published_not_deleted",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def clean(self) -> None:
        """A published version never changes; a day of the year has a day, and nothing that a count has."""
        if self.pk and StatutoryPeriod.objects.filter(pk=self.pk, status=self.Status.PUBLISHED).exists():
            raise ValidationError(
                _("A published version never changes. Add a new version that starts on a later date.")
            )
        errors = dict(self._faults())
        if errors:
            raise ValidationError(errors)

    def _faults(self) -> Iterator[tuple[str, str | Promise]]:
        yearly = self.unit == self.Unit.YEARLY_DATE
        if yearly and not is_day_of_year(self.due_month, self.due_day):
            yield "due_day", _("Give month and day of a day that every year has, such as 3 and 31.")
        if not yearly and (self.due_month or self.due_day):
            yield "due_month", _("Leave month and day empty: this unit counts days.")
        if yearly and (self.hard_cap or self.pausable):
            yield (
                "unit",
                _("A day of the year is neither paused nor extended: leave longest total and pause empty."),
            )
        if self.hard_cap and self.amount and self.hard_cap < self.amount:
            yield "hard_cap", _("The longest total can't be shorter than the amount.")
        if self.effective_to and self.effective_from and self.effective_to < self.effective_from:
            yield "effective_to", _("This day lies before the first day in force.")
        if not _is_list_of(self.warning_leads, int):
            yield "warning_leads", _("Give whole numbers of days, such as [7, 3, 1].")
        if not _is_list_of(self.stops_on, str):
            yield "stops_on", _('Give names of events, such as ["accepted", "refused"].')


def is_day_of_year(month: int | None, day: int | None) -> bool:
    """Whether every year has the day; 29 February isn't one."""
    try:
        date(2001, month or 0, day or 0)
    except ValueError:
        return False
    return True


def _is_list_of(value: object, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) and item not in (0, "") for item in value)


class Deadline(models.Model):
    """A clock on a case: a pure function of start, rule version, calendar and extension, stored.

    `breached` is still open: the work remains owed and may be met late.
    """

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        BREACHED = "breached", _("missed, still owed")
        MET = "met", _("met")
        MET_LATE = "met_late", _("met late")
        CANCELLED = "cancelled", _("no longer needed")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="deadlines", verbose_name=_("case"))
    code = models.CharField(_("rule"), max_length=40)
    period = models.ForeignKey(
        StatutoryPeriod, models.PROTECT, related_name="deadlines", verbose_name=_("rule version")
    )
    division = models.CharField(_("division whose calendar and rules apply"), max_length=6, blank=True)
    started_on = models.DateField(_("started on"))
    raw_due = models.DateField(_("last day by count"))
    due = models.DateField(_("due on"))
    provisional = models.BooleanField(_("provisional"), default=False)
    total_days = models.PositiveSmallIntegerField(_("extended to days in all"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.RUNNING)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    # The day of the next warning or of the breach. The sweep reads this index and nothing else, so that a sweep with
    # nothing due costs the same whatever the number of open deadlines.
    next_mark_on = models.DateField(_("next noticed on"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["started_on", "id"]
        indexes = [
            models.Index(
                fields=["next_mark_on", "id"], condition=Q(next_mark_on__isnull=False), name="deadline_next_mark"
            ),
            models.Index(
                fields=["due", "code"], condition=Q(status__in=["running", "breached"]), name="deadline_open_due"
            ),
            models.Index(fields=["case", "started_on"], name="deadline_case"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "code"], condition=Q(status__in=["running", "breached"]), name="deadline_open_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["running", "breached", "met", "met_late", "cancelled"]), name="deadline_status"
            ),
            models.CheckConstraint(condition=Q(due__gte=F("raw_due")), name="deadline_rolls_forward"),
            models.CheckConstraint(
                condition=Q(status__in=["running", "breached"], ended_on=None)
                | (~Q(status__in=["running", "breached"]) & ~Q(ended_on=None)),
                name="deadline_ended",
            ),
            # A running deadline always has its breach ahead of it: none can fall out of the sweep's sight.
            models.CheckConstraint(
                condition=Q(status="running", next_mark_on__isnull=False)
                | (~Q(status="running") & Q(next_mark_on=None)),
                name="deadline_running_is_watched",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.due}"

    def days_left(self, today: date) -> int:
        """Days until the due date; negative when late."""
        return (self.due - today).days


# Whose work is still owed.
OPEN_STATUSES = (Deadline.Status.RUNNING, Deadline.Status.BREACHED)


class DeadlineExtension(models.Model):
    """That a clock was lengthened: to how many days in all, why, and who approved it (Decree 802 art. 25(2))."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="extensions", verbose_name=_("deadline"))
    total_days = models.PositiveSmallIntegerField(_("days in all"))
    reason = models.TextField(_("reason"), max_length=1000)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    approved_on = models.DateField(_("approved on"))
    due_before = models.DateField(_("due before"))
    due_after = models.DateField(_("due after"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(total_days__gt=0) & ~Q(reason=""), name="extension_complete"),
            models.UniqueConstraint(fields=["deadline", "total_days"], name="extension_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.deadline_id} → {self.total_days}"


class DeadlinePause(models.Model):
    """Days that a pausable clock doesn't count. It has an end from the first day: nobody stops a clock by forgetting.

    The Administrative Licence Law art. 45 asks the same of the authority: to tell in writing how long it will take.
    """

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="pauses", verbose_name=_("deadline"))
    first_on = models.DateField(_("first day not counted"))
    last_on = models.DateField(_("last day not counted"))
    reason = models.TextField(_("reason"), max_length=1000)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")) & ~Q(reason=""), name="pause_complete")
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.first_on}–{self.last_on}"


class DeadlineMark(models.Model):
    """That a warning or a breach was noticed, once for each due date: moving a deadline re-arms it."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=20)
    due = models.DateField()
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "kind", "due"], name="mark_once")]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.kind} {self.due}"

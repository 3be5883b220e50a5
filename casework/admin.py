"""Other packages' pages: those that a system administrator needs, in unfold's dress; the rest is taken out."""

from __future__ import annotations

from typing import Any

from axes.admin import AccessAttemptAdmin as BaseAttemptAdmin
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django_celery_beat.admin import PeriodicTaskAdmin as BasePeriodicTaskAdmin
from django_celery_beat.admin import PeriodicTaskForm, TaskSelectWidget
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from rest_framework.authtoken.models import TokenProxy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from casework.parties.admin_perms import SYSTEM, ForSystemAdministrators, RolePermissions
from casework.staff_site import StaffModelAdmin, unregister

# Roles take the place of groups; tokens are got and revoked by their owners through the API, never read by others.
unregister(Group, TokenProxy, AccessAttempt, AccessFailureLog, AccessLog)
unregister(PeriodicTask, IntervalSchedule, CrontabSchedule, SolarSchedule, ClockedSchedule)


class TaskWidget(UnfoldAdminSelectWidget, TaskSelectWidget):
    """The registered tasks, in unfold's dress."""


class TaskForm(PeriodicTaskForm):
    """django-celery-beat's form with unfold's fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = TaskWidget()


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ForSystemAdministrators, StaffModelAdmin, BasePeriodicTaskAdmin):
    """When the relays, the sweep and the purge run. Deadlines are rows, not tasks: none is lost by a change here."""

    form = TaskForm
    list_display = ("name", "task", "interval", "crontab", "enabled", "last_run_at")
    list_filter = ("enabled",)


class _Schedule(ForSystemAdministrators, StaffModelAdmin):
    """A rhythm, reached from its task."""


for _model in (IntervalSchedule, CrontabSchedule, SolarSchedule, ClockedSchedule):
    admin.site.register(_model, _Schedule)


@admin.register(AccessAttempt)
class AccessAttemptAdmin(RolePermissions, StaffModelAdmin, BaseAttemptAdmin):
    """Failed sign-ins; deleting one opens the account again before its time."""

    view_roles = delete_roles = SYSTEM
    list_display = ("attempt_time", "username", "ip_address", "failures_since_start", "path_info")
    list_filter = ("attempt_time",)
    search_fields = ("username", "ip_address")

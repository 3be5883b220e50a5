"""The log of look-ups, for those who watch over them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casework.cases.admin import ReadOnlyAdmin
from casework.credit.lookups.models import SubjectLookup
from casework.parties.models import Role


@admin.register(SubjectLookup)
class SubjectLookupAdmin(ReadOnlyAdmin):
    """Who asked about whom and what for: of the reader's own department, for auditors of their division."""

    view_roles = (Role.DEPARTMENT_HEAD, Role.AUDITOR)
    list_display = ("at", "user", "department", "code", "purpose")
    list_filter = ("at",)
    list_select_related = ("user", "department")
    search_fields = ("code__startswith", "user__username__startswith")
    search_help_text = _("Beginning of the credit code or of the user name")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Only what `visible_to` shows."""
        return SubjectLookup.objects.visible_to(request.user)

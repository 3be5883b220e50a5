"""What the admin's pages of fees have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from casework.staff_pages import show_staff_page

SHEETS = {"all": ("admin_casework/rules.css", "admin_casework/fees.css")}


def show_page(model_admin: Any, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> Any:
    """A page of this room within the admin."""
    return show_staff_page(model_admin, request, f"admin/fees/{template}", context, status)


def tell_refusal(request: HttpRequest, refusal: ValidationError) -> None:
    """Say why a step was refused, without the names of fields."""
    for text in refusal.messages:
        messages.error(request, text)

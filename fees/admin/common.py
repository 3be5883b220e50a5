"""What the admin's pages of fees have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

SHEETS = {"all": ("admin_casework/rules.css", "admin_casework/fees.css")}


def show_page(
    model_admin: Any, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of ours within the admin.

    Args:
        context: holds at least the title.
    """
    request.current_app = model_admin.admin_site.name
    around = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, "media": model_admin.media}
    return TemplateResponse(request, f"admin/fees/{template}", {**around, **context}, status=status)


def tell_refusal(request: HttpRequest, refusal: ValidationError) -> None:
    """Say why a step was refused, without the names of fields."""
    for text in refusal.messages:
        messages.error(request, text)

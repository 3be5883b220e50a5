"""A page of ours in the frame of the admin; knows no room, so that every room may use it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def show_staff_page(
    model_admin: Any, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of ours within the admin.

    Args:
        template: its whole name.
        context: holds at least the title.
    """
    request.current_app = model_admin.admin_site.name
    around = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, "media": model_admin.media}
    return TemplateResponse(request, template, {**around, **context}, status=status)

"""Who may look after calendar and periods, and what their pages have in common."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold.views import ChangeList

from casework.clocks.admin.places import place_names
from casework.clocks.calendar import CalendarRangeError
from casework.clocks.recompute import Effect
from casework.staff_pages import show_staff_page

SHEETS = {"all": ("admin_casework/rules.css",)}
# What a change of the rules is refused with: by its own checks, or because a clock would leave the calendar.
REFUSALS = (ValidationError, CalendarRangeError)


def runs_system(request: HttpRequest) -> bool:
    """Whether a system administrator asks. Roles belong to a room above this one: only their stored value is known."""
    user = request.user
    if not (user.is_active and user.is_staff):
        return False
    held = getattr(user, "held_roles", ())
    return user.is_superuser or any(membership.role == "system_administrator" for membership in held)


class ReadOnly:
    """What a system administrator may read and no form of the admin changes."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether it stands in the menu."""
        return runs_system(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Read."""
        return runs_system(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Delete."""
        return False


class PlacedList(ChangeList):
    """Rows of the nation or a division, with the division's name as `place`: one question for the page."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page and name its divisions."""
        super().get_results(request)
        names = place_names([row.division for row in self.result_list])
        for row in self.result_list:
            row.place = names[row.division]


def show_page(model_admin: Any, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> Any:
    """A page of this room within the admin."""
    return show_staff_page(model_admin, request, f"admin/clocks/{template}", context, status)


def clipped(text: str) -> str:
    """A long text in a list: one line of it, the whole as a hint."""
    return format_html('<span class="cw-clip" title="{}">{}</span>', text, text or "—")


def texts_of(refusal: Exception) -> list[str]:
    """What a refusal says, without the names of its fields."""
    return list(refusal.messages) if isinstance(refusal, ValidationError) else [str(refusal)]


def effect_context(effect: Effect) -> dict[str, Any]:
    """What the template of an effect asks for."""
    return {"effect": effect, "unseen": effect.moved - len(effect.shown), "today": timezone.localdate()}


def effect_words(effect: Effect) -> str:
    """What an applied change did, in one sentence."""
    if not effect.moved and not effect.settled:
        return _("No open deadline moves.")
    moved = ngettext("%(count)d open deadline moved.", "%(count)d open deadlines moved.", effect.moved)
    if not effect.settled:
        return moved % {"count": effect.moved}
    settled = ngettext(
        "%(count)d changed only whether it is provisional.",
        "%(count)d changed only whether they are provisional.",
        effect.settled,
    )
    return f"{moved % {'count': effect.moved}} {settled % {'count': effect.settled}}"


def weekdays() -> list[tuple[str, str]]:
    """Monday to Sunday: whole, and short for a column's head."""
    short = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))
    return [(str(WEEKDAYS[place]), head) for place, head in enumerate(short)]

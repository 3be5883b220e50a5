"""The menu's questions: who sees an entry, and the numbers beside it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext as _

from casework.cases.access import HANDLING_ROLES, OVERSIGHT_ROLES, RECEIVING_ROLES
from casework.cases.models import Notification, OutboxMessage
from casework.parties.admin_perms import is_system_administrator, may_enter
from casework.parties.models import Role, User
from casework.parties.perms import has_role

CASE_ROLES = (*RECEIVING_ROLES, *HANDLING_ROLES, *OVERSIGHT_ROLES)
LOG_ROLES = (Role.DEPARTMENT_HEAD, Role.AUDITOR)
FEE_ROLES = (Role.CATALOGUE_EDITOR, Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.AUDITOR)
SHOWN_AT_MOST = 99


def sees_cases(request: HttpRequest) -> bool:
    """Those whose role reaches a case."""
    return has_role(request.user, *CASE_ROLES)


def sees_reports(request: HttpRequest) -> bool:
    """Whoever sees cases sees their deadlines, each in the own scope."""
    return sees_cases(request)


def supervises(request: HttpRequest) -> bool:
    """Supervisors."""
    return has_role(request.user, Role.SUPERVISOR)


def sees_supervision(request: HttpRequest) -> bool:
    """Supervisors, and the heads whom they call to account."""
    return has_role(request.user, Role.SUPERVISOR, Role.DEPARTMENT_HEAD)


def sees_fees(request: HttpRequest) -> bool:
    """Those who write, review or watch over fee lists."""
    return runs_system(request) or has_role(request.user, *FEE_ROLES)


def sees_typical_cases(request: HttpRequest) -> bool:
    """Those who write, approve or watch over typical cases of unlawful fees."""
    return has_role(request.user, *HANDLING_ROLES, *OVERSIGHT_ROLES)


def oversees_fees(request: HttpRequest) -> bool:
    """Those who look for gaps in the lists."""
    return runs_system(request) or has_role(request.user, Role.SUPERVISOR, Role.CATALOGUE_EDITOR)


def sees_monitoring(request: HttpRequest) -> bool:
    """Those who run monitoring points or watch over them; each in the own scope."""
    return sees_cases(request)


def sees_disclosures(request: HttpRequest) -> bool:
    """Those who keep the list of bodies that disclose, or watch over it; each in the own scope."""
    return sees_cases(request)


def sees_credit(request: HttpRequest) -> bool:
    """Those who work on cases or keep records; each in the own scope."""
    return sees_cases(request) or has_role(request.user, Role.CREDIT_OFFICER)


def sees_exchange(request: HttpRequest) -> bool:
    """Those who keep records, watch over them, or look after the platforms."""
    return runs_system(request) or has_role(request.user, Role.CREDIT_OFFICER, Role.SUPERVISOR, Role.AUDITOR)


def sees_measures(request: HttpRequest) -> bool:
    """Those who keep records, carry measures out or watch over both."""
    return has_role(
        request.user, Role.CREDIT_OFFICER, Role.DEPARTMENT_HEAD, Role.RECEIVING_CLERK, Role.SUPERVISOR, Role.AUDITOR
    )


def sees_access_log(request: HttpRequest) -> bool:
    """Those who watch over reading."""
    return has_role(request.user, *LOG_ROLES)


def sees_timeline(request: HttpRequest) -> bool:
    """Auditors."""
    return has_role(request.user, Role.AUDITOR)


def runs_system(request: HttpRequest) -> bool:
    """System administrators."""
    return is_system_administrator(request.user)


def is_person(request: HttpRequest) -> bool:
    """Everybody who may enter has an inbox."""
    return may_enter(request.user)


def unread_badge(request: HttpRequest) -> str:
    """Unread messages; empty without any."""
    if not isinstance(request.user, User) or not may_enter(request.user):
        return ""
    return _number(Notification.objects.filter(user=request.user, read_at=None)[: SHOWN_AT_MOST + 1].count())


def dead_badge(request: HttpRequest) -> str:
    """Messages that were given up; empty without any."""
    if not runs_system(request):
        return ""
    return _number(OutboxMessage.objects.filter(status=OutboxMessage.Status.DEAD)[: SHOWN_AT_MOST + 1].count())


def _number(count: int) -> str:
    if not count:
        return ""
    return str(count) if count <= SHOWN_AT_MOST else f"{SHOWN_AT_MOST}+"


def environment_label(request: HttpRequest) -> list[str] | None:
    """A mark on every page that is not production."""
    labels = {
        "demo": [_("Demonstration: invented data"), "warning"],
        "development": [_("Development"), "info"],
    }
    return labels.get(settings.ENVIRONMENT)


def stylesheet(request: HttpRequest) -> str:
    """Our additions to unfold's styles."""
    return static("admin_casework/casework.css")


def script(request: HttpRequest) -> str:
    """What keeps unfold's script from our forms."""
    return static("admin_casework/files.js")


def names_script(request: HttpRequest) -> str:
    """What names fields with a search in them by their labels."""
    return static("admin_casework/names.js")

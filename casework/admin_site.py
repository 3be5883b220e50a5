"""What unfold is told: titles, colours, menu, dashboard. Dotted names instead of imports: settings load before models.

A menu entry shows when its permission answers yes; the page itself asks again.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from casework.product import PRODUCT_NAME

_MENU = "casework.admin_menu"


def _entry(title: Any, icon: str, link: str, permission: str, **extra: Any) -> dict[str, Any]:
    target = link if link.startswith("/") else reverse_lazy(f"admin:{link}")
    return {"title": title, "icon": icon, "link": target, "permission": f"{_MENU}.{permission}", **extra}


_WORK = [
    {"title": _("Start"), "icon": "home", "link": reverse_lazy("admin:index")},
    _entry(_("Complaints"), "inbox", "complaints_arrearscomplaint_changelist", "sees_cases"),
    _entry(
        _("Messages to me"),
        "notifications",
        "cases_notification_changelist",
        "is_person",
        badge=f"{_MENU}.unread_badge",
        badge_variant="primary",
    ),
    _entry(_("Fee reports"), "report", "fees_feereport_changelist", "sees_cases"),
    _entry(_("Due and late"), "event_upcoming", "/reports/deadlines/", "sees_reports"),
]
_OVERSIGHT = [
    _entry(_("Supervision of departments"), "policy", "complaints_departmentmeasure_changelist", "sees_supervision"),
    _entry(_("Alerts of threats"), "shield", "complaints_threatalert_changelist", "supervises"),
    _entry(_("Access log"), "visibility", "cases_accesslog_changelist", "sees_access_log"),
    _entry(_("Credit look-ups"), "manage_search", "credit_subjectlookup_changelist", "sees_access_log"),
    _entry(_("Timeline"), "history", "cases_timelineevent_changelist", "sees_timeline"),
]
_DISCLOSURES = [
    _entry(
        _("Annual disclosures"),
        "published_with_changes",
        "complaints_disclosureobligation_changelist",
        "sees_disclosures",
    ),
    _entry(
        _("Questions about disclosures"),
        "contact_support",
        "complaints_disclosurecorrection_changelist",
        "sees_disclosures",
    ),
    _entry(_("Obliged bodies"), "domain", "complaints_obligedbody_changelist", "sees_disclosures"),
]
_FEES = [
    _entry(_("Fee lists"), "list_alt", "fees_cataloguelist_changelist", "sees_fees"),
    _entry(_("Versions of fee lists"), "history_edu", "fees_catalogueversion_changelist", "sees_fees"),
    _entry(_("Catalogue entries"), "receipt_long", "fees_catalogueentry_changelist", "sees_fees"),
    _entry(_("Typical cases"), "campaign", "fees_typicalcase_changelist", "sees_typical_cases"),
    _entry(_("Coverage of fee lists"), "fact_check", "fees_cataloguelist_coverage", "oversees_fees"),
    _entry(_("Monitoring points"), "sensors", "fees_monitoringpoint_changelist", "sees_monitoring"),
    _entry(_("Monitoring rounds"), "event_repeat", "fees_round_changelist", "sees_monitoring"),
    _entry(_("Quarterly returns"), "assignment_turned_in", "fees_quarterlyreturn_changelist", "sees_monitoring"),
    _entry(
        _("Monitoring alarms"),
        "notification_important",
        "fees_alarm_changelist",
        "sees_monitoring",
        badge="fees.monitoring.menu.alarm_badge",
        badge_variant="danger",
    ),
    _entry(_("Figures of the monitoring"), "query_stats", "fees_round_figures", "sees_monitoring"),
]
_CREDIT = [
    _entry(_("Credit records"), "verified_user", "credit_creditrecord_changelist", "sees_credit"),
    _entry(_("Credit measures"), "block", "credit_measure_changelist", "sees_measures"),
    _entry(_("Packages"), "send", "exchange_package_changelist", "sees_exchange"),
    _entry(_("Subject register"), "domain", "parties_subject_changelist", "sees_credit"),
    _entry(_("Classes of severity"), "signal_cellular_alt", "credit_severityclass_changelist", "sees_credit"),
    _entry(_("List of measures"), "checklist", "credit_measureitem_changelist", "sees_credit"),
]
_SYSTEM = [
    _entry(_("Users"), "group", "parties_user_changelist", "runs_system"),
    _entry(_("Departments"), "account_balance", "parties_department_changelist", "runs_system"),
    _entry(_("Divisions"), "map", "parties_division_changelist", "runs_system"),
    _entry(_("Cited terms"), "gavel", "cases_citedterm_changelist", "runs_system"),
    _entry(_("Signs worth a look"), "visibility", "cases_indicatorrule_changelist", "runs_system"),
    _entry(_("Routes"), "alt_route", "cases_route_changelist", "runs_system"),
    _entry(_("Statutory periods"), "timer", "clocks_statutoryperiod_changelist", "runs_system"),
    _entry(_("Platforms"), "hub", "exchange_platform_changelist", "runs_system"),
    _entry(_("LPR values"), "percent", "complaints_lprrate_changelist", "runs_system"),
    _entry(_("Working calendar"), "calendar_month", "clocks_calendaryear_changelist", "runs_system"),
    _entry(
        _("Outbox"),
        "outgoing_mail",
        "cases_outboxmessage_changelist",
        "runs_system",
        badge=f"{_MENU}.dead_badge",
        badge_variant="danger",
    ),
    _entry(_("Scheduled tasks"), "schedule", "django_celery_beat_periodictask_changelist", "runs_system"),
    _entry(_("Failed sign-ins"), "lock", "axes_accessattempt_changelist", "runs_system"),
]

# A deep teal that keeps 4.5:1 on white at 600 and above, for text and for buttons.
_TEAL = {
    "50": "240 249 248",
    "100": "214 239 237",
    "200": "173 222 219",
    "300": "117 197 194",
    "400": "63 165 163",
    "500": "28 138 138",
    "600": "15 112 114",
    "700": "14 91 94",
    "800": "15 74 77",
    "900": "17 62 65",
    "950": "5 36 39",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": PRODUCT_NAME,
    "SITE_HEADER": PRODUCT_NAME,
    "SITE_SYMBOL": "balance",
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": _TEAL},
    "STYLES": [f"{_MENU}.stylesheet"],
    "SCRIPTS": [f"{_MENU}.script", f"{_MENU}.names_script"],
    "ENVIRONMENT": f"{_MENU}.environment_label",
    "DASHBOARD_CALLBACK": "casework.desk.start.dashboard",
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {"title": _("Work"), "items": _WORK},
            {"title": _("Oversight"), "separator": True, "items": _OVERSIGHT},
            {"title": _("Annual disclosure"), "separator": True, "items": _DISCLOSURES},
            {"title": _("Enterprise fees"), "separator": True, "items": _FEES},
            {"title": _("Credit"), "separator": True, "items": _CREDIT},
            {"title": _("System"), "separator": True, "items": _SYSTEM},
        ],
    },
    "TABS": "casework.desk.tabs.queue_tabs",
}

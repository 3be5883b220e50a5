"""The Celery application: web, worker and beat import it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casework.settings")
app = Celery("casework")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Never an ETA task for a legal deadline: deadlines are rows, the sweep finds what is due and not yet marked. The relays
# run after each commit; beat only catches what a broker's absence left behind.
app.conf.beat_schedule = {
    "relay-messages": {
        "task": "cases.relay_outbox",
        "schedule": 10.0,
        "args": ["default"],
        "options": {"queue": "default", "expires": 10},
    },
    "relay-letters": {
        "task": "cases.relay_outbox",
        "schedule": 10.0,
        "args": ["letters"],
        "options": {"queue": "letters", "expires": 10},
    },
    "sweep-deadlines": {
        "task": "cases.sweep_deadlines",
        "schedule": 60.0,
        "options": {"queue": "default", "expires": 60},
    },
    # Hourly, not nightly: a day is missed at midnight in China, and a beat that was down loses an hour, not a day.
    "notice-missed-instalments": {
        "task": "complaints.notice_missed_instalments",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "remind-disclosures": {
        "task": "complaints.remind_disclosures",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "notice-overdue-orders": {
        "task": "fees.notice_overdue_orders",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "remind-monitoring-points": {
        "task": "fees.remind_monitoring_points",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    # Every ten minutes: no display counts a day too long anyway, but platforms and departments have to be told soon.
    "sweep-credit-records": {
        "task": "credit.sweep_records",
        "schedule": 600.0,
        "options": {"queue": "default", "expires": 600},
    },
    # Deliveries follow their cause at once; this tries again what failed and reads what platforms answered.
    "relay-exchange": {
        "task": "exchange.relay",
        "schedule": 60.0,
        "options": {"queue": "default", "expires": 60},
    },
    "purge-drafts": {
        "task": "portal.purge_drafts",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "purge-codes": {
        "task": "accounts.purge_codes",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "purge-staged-files": {
        "task": "documents.purge_staged",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "scan-the-rest": {
        "task": "documents.scan_the_rest",
        "schedule": 600.0,
        "options": {"queue": "default", "expires": 600},
    },
}
app.conf.task_default_queue = "default"

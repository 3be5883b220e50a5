"""The admin as a test drives it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from casework.parties.models import User
from complaints.models import ArrearsComplaint

# The people of a `House`, one for each role and two heads.
EVERYBODY = (
    "clerk",
    "receiving_head",
    "handler",
    "head",
    "supervisor",
    "auditor",
    "editor",
    "credit_officer",
    "sysadmin",
)
QUEUE = "/admin/complaints/arrearscomplaint/"


def signed_in(user: User) -> Client:
    """A browser of a user who signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def case_url(complaint: ArrearsComplaint) -> str:
    """The case page."""
    return reverse("admin:complaints_arrearscomplaint_change", args=[complaint.pk])


def act_url(complaint: ArrearsComplaint, action: str) -> str:
    """An action's form."""
    return reverse("admin:complaints_arrearscomplaint_act", args=[complaint.pk, action])


def take(user: User, complaint: ArrearsComplaint, action: str, **data: Any) -> Any:
    """Send an action's form as the page holds it."""
    return signed_in(user).post(act_url(complaint, action), {"version": complaint.version, **data})


def listed(response: Any) -> set[str]:
    """References of the rows of a list."""
    return {row.reference for row in response.context["cl"].result_list}

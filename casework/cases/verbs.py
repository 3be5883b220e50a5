"""What can be said in a timeline: one verb for each kind of event."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verb(models.TextChoices):
    """Each verb has one formatter in `timeline.py`."""

    DRAFTED = "drafted", _("Draft begun")
    SUBMITTED = "submitted", _("Complaint submitted")
    EVIDENCE_ADDED = "evidence_added", _("Evidence added")
    CORRECTION_REQUESTED = "correction_requested", _("Correction requested")
    CORRECTED = "corrected", _("Correction answered")
    ACCEPTED = "accepted", _("Complaint accepted")
    REFUSED = "refused", _("Complaint refused")
    TRANSFERRED = "transferred", _("Transferred to the handling department")
    RECEIVED = "received", _("Received by the handling department")
    HANDLING_STARTED = "handling_started", _("Handling begun")
    RESOLVED = "resolved", _("Result fed back")
    CLOSED = "closed", _("Case closed")
    WITHDRAWN = "withdrawn", _("Complaint withdrawn")
    ASSIGNED = "assigned", _("Assigned to a person")
    CLOCK_STARTED = "clock_started", _("Clock started")
    CLOCK_MET = "clock_met", _("Deadline met")
    CLOCK_CANCELLED = "clock_cancelled", _("Clock ended without need")
    CLOCK_EXTENDED = "clock_extended", _("Deadline extended")
    CLOCK_PAUSED = "clock_paused", _("Clock paused")
    CLOCK_RESUMED = "clock_resumed", _("End of the pause set")
    CLOCK_MOVED = "clock_moved", _("Deadline moved")
    DEADLINE_NEAR = "deadline_near", _("Deadline near")
    DEADLINE_BREACHED = "deadline_breached", _("Deadline missed")
    PAYMENT_ASSESSED = "payment_assessed", _("Due date and interest assessed anew")
    SIZE_ASSESSED = "size_assessed", _("Enterprise size assessed anew")
    LETTER_ISSUED = "letter_issued", _("Letter issued")
    LETTER_READY = "letter_ready", _("Letter ready to download")

"""How the states of a report look and sound in the admin."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fees.report.flow import State
from fees.report.models import FeeReport

# Names of unfold's label variants; "" is grey.
STATE_TONES: dict[str, str] = {
    State.DRAFT: "",
    State.REGISTERED: "info",
    State.ACCEPTED: "primary",
    State.REFUSED: "",
    State.REDIRECTED: "",
    State.MERGED: "",
    State.WITHDRAWN: "",
    State.TRANSFERRED: "primary",
    State.VERIFYING: "primary",
    State.VIOLATION_FOUND: "warning",
    State.CONCLUDED: "success",
    State.FED_BACK: "success",
    State.CLOSED: "",
}

_REGISTERING, _VERIFYING = "registering", "verifying"
_TURN: dict[str, tuple[str, Promise]] = {
    State.REGISTERED: (_REGISTERING, gettext_lazy("accepts, refuses or redirects the report")),
    State.ACCEPTED: (_REGISTERING, gettext_lazy("assigns the report to the department that verifies it")),
    State.TRANSFERRED: (_VERIFYING, gettext_lazy("confirms receipt and begins the verification")),
    State.VERIFYING: (_VERIFYING, gettext_lazy("verifies and records what it found")),
    State.VIOLATION_FOUND: (_VERIFYING, gettext_lazy("has the violation put right and concludes")),
    State.CONCLUDED: (_VERIFYING, gettext_lazy("answers the reporter")),
    State.FED_BACK: (_VERIFYING, gettext_lazy("closes the report")),
}


def turn_words(report: FeeReport) -> str:
    """Who has to act next, and what; "" when the report has ended."""
    if report.state not in _TURN:
        return ""
    side, task = _TURN[report.state]
    department = report.handling_department if side == _VERIFYING else None
    return _("%(who)s %(task)s") % {"who": (department or report.receiving_department).name, "task": task}

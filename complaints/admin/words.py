"""How the states of a complaint look and sound in the admin."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.flow import State
from complaints.models import ArrearsComplaint

# Names of unfold's label variants; "" is grey.
STATE_TONES: dict[str, str] = {
    State.DRAFT: "",
    State.SUBMITTED: "info",
    State.CORRECTION_REQUESTED: "warning",
    State.ACCEPTED: "primary",
    State.REFUSED: "",
    State.TRANSFERRED: "primary",
    State.RECEIVED: "primary",
    State.IN_HANDLING: "primary",
    State.RESOLVED: "success",
    State.FOLLOW_UP: "success",
    State.CLOSED: "",
    State.LAPSED: "",
    State.TERMINATED: "",
    State.WITHDRAWN: "",
}

_COMPLAINANT, _RECEIVING, _HANDLING = "complainant", "receiving", "handling"
_TURN: dict[str, tuple[str, Promise]] = {
    State.DRAFT: (_COMPLAINANT, gettext_lazy("finishes and submits the complaint")),
    State.SUBMITTED: (_RECEIVING, gettext_lazy("reviews: accept, refuse or ask for correction")),
    State.CORRECTION_REQUESTED: (_COMPLAINANT, gettext_lazy("answers the correction request")),
    State.ACCEPTED: (_RECEIVING, gettext_lazy("transfers to the handling department")),
    State.TRANSFERRED: (_HANDLING, gettext_lazy("confirms receipt of the material")),
    State.RECEIVED: (_HANDLING, gettext_lazy("begins handling")),
    State.IN_HANDLING: (_HANDLING, gettext_lazy("looks into the matter and feeds the result back")),
    State.RESOLVED: (_HANDLING, gettext_lazy("closes the case")),
    State.FOLLOW_UP: (_HANDLING, gettext_lazy("watches the repayment plan")),
}


def turn_words(complaint: ArrearsComplaint) -> str:
    """Who has to act next, and what; "" when the case has ended."""
    if complaint.state not in _TURN:
        return ""
    side, task = _TURN[complaint.state]
    return _("%(who)s %(task)s") % {"who": _name_of(side, complaint), "task": task}


def _name_of(side: str, complaint: ArrearsComplaint) -> str:
    if side == _COMPLAINANT:
        return _("The complainant")
    if side == _HANDLING and complaint.handling_department is not None:
        return complaint.handling_department.name
    return complaint.receiving_department.name

"""How the states of a record look and sound in the admin."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.credit.flow import State
from casework.credit.record.models import CreditRecord

# Names of unfold's label variants; "" is grey.
STATE_TONES: dict[str, str] = {
    State.DRAFT: "",
    State.PROPOSED: "info",
    State.NOTICED: "primary",
    State.SUBMITTED: "warning",
    State.IN_FORCE: "danger",
    State.PUBLISHED: "danger",
    State.DROPPED: "",
    State.REPAIRED: "success",
    State.EXPIRED: "",
    State.ANNULLED: "",
}
_TURN: dict[str, Promise] = {
    State.PROPOSED: gettext_lazy("gives the subject prior notice"),
    State.NOTICED: gettext_lazy("has the notice served, hears the subject, then puts the record forward"),
    State.SUBMITTED: gettext_lazy("decides: a head who neither proposed it nor put it forward"),
    State.IN_FORCE: gettext_lazy("keeps the record and publishes it where that was decided"),
    State.PUBLISHED: gettext_lazy("keeps the record; objections and applications for repair are decided here"),
}


def turn_words(record: CreditRecord) -> str:
    """Who has to act next, and what; "" when the record has ended."""
    if record.state not in _TURN:
        return ""
    return _("%(who)s %(task)s") % {"who": record.receiving_department.name, "task": _TURN[record.state]}

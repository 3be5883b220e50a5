"""What somebody else asked or told, shown above the form on which it is decided: nobody decides from memory."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from casework.desk.acts import Matter
from complaints.closing.selectors import pending_facts
from complaints.models import ArrearsComplaint
from complaints.respondent.selectors import latest_request


def feedback_matter(complaint: ArrearsComplaint) -> Matter:
    """What the respondent was asked and answered."""
    request = latest_request(complaint)
    if request is None:
        return []
    rows: Matter = [(_("what is asked"), request.questions)]
    if (answer := getattr(request, "answer", None)) is not None:
        rows.append((_("statement"), answer.statement))
        for part in answer.parts.all():
            day = f"{part._meta.get_field('pay_by').verbose_name} {date_format(part.pay_by)}" if part.pay_by else ""
            said = [f"{part.amount:,.2f}", part.get_position_display(), part.reason, day]
            rows.append((part.label, " · ".join(filter(None, said))))
    return rows


def facts_matter(complaint: ArrearsComplaint) -> Matter:
    """The new facts that the complainant told."""
    facts = pending_facts(complaint)
    if facts is None:
        return []
    told = date_format(localtime(facts.at), "SHORT_DATETIME_FORMAT")
    return [(_("new facts"), facts.text), (_("told at"), told)]

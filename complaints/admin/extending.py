"""Extensions of the handling period on a complaint's page (Decree 802 art. 25(2))."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.desk.extending import register_extension_acts
from complaints.admin.actions import DESK
from complaints.extension.selectors import HANDLING
from complaints.extension.services import extension_ask, extension_decide
from complaints.respondent.selectors import HANDLING_STATES

register_extension_acts(
    DESK,
    code=HANDLING,
    states=frozenset(HANDLING_STATES),
    ask=extension_ask,
    decide=extension_decide,
    intro=_("The head decides. Until then the period runs as it is (Decree 802 art. 25)."),
    form_code="extension_form",
)

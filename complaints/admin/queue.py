"""The parts and states of the queue that only complaints have."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.desk import queue
from casework.desk.conversation import WAITING
from complaints.flow import State
from complaints.measures.selectors import supervisory_letters_due

LETTER_DUE = "letter_due"
# Oversight sees here who has not issued it; the receiving department, what became of its transfers.
PARTS = (WAITING, (LETTER_DUE, _("Supervisory letter due"), supervisory_letters_due))


class ScopeFilter(queue.ScopeFilter):
    """With the cases in which a message waits or a supervisory letter is due."""

    extra = PARTS


class StateFilter(queue.StateFilter):
    """A complaint's states."""

    states = State

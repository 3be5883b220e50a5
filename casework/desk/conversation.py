"""The conversation with the one who filed a case, on the case page of every kind that has one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.cases.worklog.services import WORKING_ROLES
from casework.desk.acts import Act, Desk, Matter
from casework.desk.forms import CaseForm, long_text
from casework.desk.queue import Part
from casework.documents.conversation import services
from casework.documents.conversation.selectors import awaiting_answer, messages_of
from casework.parties.models import Role

# The part of a queue in which somebody waits for an answer.
WAITING: Part = ("messages", _("Messages to answer"), awaiting_answer)
_READERS = WORKING_ROLES | {Role.DEPARTMENT_HEAD}


class MessageForm(CaseForm):
    """What the department writes."""

    text = long_text(
        _("message"),
        help_text=_(
            "The filer reads it on the case's page, under the department's name. "
            "It is no letter: what has legal effect goes by letter."
        ),
    )


def register_conversation_acts(desk: Desk) -> None:
    """Offer writing to the filer, and laying aside what needs no answer."""
    desk.register(
        Act(
            name="write_message",
            label=_("Write to the filer"),
            tone="neutral",
            confirm="",
            form=MessageForm,
            command=services.message_answer,
            intro=_(
                "The filer is told by e-mail, as far as one is known, that a message waits; the mail doesn't repeat it."
            ),
            done=_("The message is sent."),
            allowed=lambda roles: bool(roles & WORKING_ROLES),
            possible=lambda case: True,
            group="messages",
            about=_waiting,
            subject="case",
        )
    )
    desk.register(
        Act(
            name="lay_messages_aside",
            label=_("No answer is needed"),
            tone="neutral",
            confirm="",
            form=CaseForm,
            command=services.messages_lay_aside,
            intro=_("What waits is taken off the list of messages to answer: it was thanks, or you answered by phone."),
            done=_("The messages are laid aside."),
            allowed=lambda roles: bool(roles & WORKING_ROLES),
            possible=lambda case: case.messages.waiting().exists(),
            group="messages",
            about=_waiting,
            subject="case",
        )
    )


def _waiting(case: Case) -> Matter:
    return [(_("message"), message.text) for message in case.messages.waiting() if message.text]


def conversation_context(case: Case, actor: Actor) -> dict[str, Any]:
    """The messages, for those who handle the case: oversight works without what the parties write in confidence."""
    reads = services.has_conversation(case) and bool(roles_on(actor, case) & _READERS)
    rows = list(messages_of(case)) if reads else []
    return {
        "reads_messages": reads,
        "case_messages": rows,
        "messages_wait": any(row.side == row.Side.FILER and row.settled_at is None for row in rows),
    }

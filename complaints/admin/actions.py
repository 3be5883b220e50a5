"""The moves of the flow as pages of the case, and the desk at which the rooms register what else can be done."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from casework.credit.admin.proposing import register_proposal_act
from casework.desk.acts import Desk
from casework.desk.conversation import register_conversation_acts
from casework.desk.indicators import register_indicator_acts
from casework.desk.letters import register_letter_acts
from casework.desk.moves import ActionSpec, Moves
from casework.desk.transferring import TakeBackForm, TransferForm, return_matter
from casework.desk.worklog import register_worklog_acts
from complaints import services
from complaints.admin import forms
from complaints.review import services as review
from complaints.selectors import ARREARS_ACTIONS
from complaints.transfer import services as transfer

DESK = Desk(
    subject="complaint",
    template="admin/cases/action.html",
    letters_of={
        "request_correction": ("correction_notice",),
        "accept": ("acceptance_notice",),
        "refuse": ("refusal_notice",),
        "transfer": ("transfer_letter",),
        "resolve": ("result_letter",),
        "terminate": ("termination_decision",),
        "ask_feedback": ("feedback_request",),
        "supervisory_letter": ("supervisory_letter",),
        "interview": ("interview_notice",),
        "interview_minutes": ("interview_minutes",),
        "circular": ("circular",),
        "rectification": ("rectification_order",),
        "begin_size_dispute": ("size_dispute_request",),
        "begin_receivable": ("receivable_confirmation",),
    },
)
register_side_act = DESK.register
register_worklog_acts(DESK)
register_conversation_acts(DESK)
register_indicator_acts(DESK)
register_letter_acts(DESK)
register_proposal_act(DESK)


SPECS: dict[str, ActionSpec] = {
    "request_correction": ActionSpec(
        forms.RequestCorrectionForm,
        services.complaint_request_correction,
        gettext_lazy("The complainant gets a correction notice. The review begins anew with complete material."),
        gettext_lazy("The correction notice is issued."),
    ),
    "lapse": ActionSpec(
        forms.LapseForm,
        review.complaint_lapse,
        gettext_lazy("The time to answer the correction request is over. The complainant is told by mail."),
        gettext_lazy("The complaint has lapsed."),
    ),
    "accept": ActionSpec(
        forms.AcceptForm,
        services.complaint_accept,
        gettext_lazy(
            "The complainant gets an acceptance notice. The 10 working days to the transfer begin (Decree 802 art. 25)."
        ),
        gettext_lazy("The complaint is accepted. The acceptance notice is issued."),
    ),
    "refuse": ActionSpec(
        forms.RefuseForm,
        services.complaint_refuse,
        gettext_lazy("A refusal needs a ground of the list and the reasons in this case."),
        gettext_lazy("The complaint is refused. The refusal notice is issued."),
    ),
    "transfer": ActionSpec(
        TransferForm,
        services.complaint_transfer,
        gettext_lazy("The department gets the transfer letter and sees the case from now on."),
        gettext_lazy("The complaint is transferred. The transfer letter is issued."),
    ),
    "take_back": ActionSpec(
        TakeBackForm,
        transfer.complaint_take_back,
        gettext_lazy("You agree to the return. The time to transfer the case runs on with its old due day."),
        gettext_lazy("The case is back. Transfer it to the right department."),
        return_matter,
    ),
    "receive": ActionSpec(
        forms.ReceiveForm,
        services.complaint_receive,
        gettext_lazy("With the receipt of the material the handling period of your department begins."),
        gettext_lazy("Receipt is confirmed. The handling period runs."),
    ),
    "start_handling": ActionSpec(
        forms.StartHandlingForm,
        services.complaint_start_handling,
        gettext_lazy("Say who takes the case up."),
        gettext_lazy("Handling has begun."),
    ),
    "resolve": ActionSpec(
        forms.ResolveForm,
        services.complaint_resolve,
        gettext_lazy("The result goes in writing to the complainant and to the receiving department (art. 25)."),
        gettext_lazy("The result is fed back. The result letter is issued."),
    ),
    "close": ActionSpec(
        forms.CloseForm,
        services.complaint_close,
        gettext_lazy("The result has been fed back; the case can be closed."),
        gettext_lazy("The case is closed."),
    ),
}

MOVES = Moves(ARREARS_ACTIONS, SPECS)
flow_act = MOVES.act

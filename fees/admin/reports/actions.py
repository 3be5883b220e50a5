"""What staff do on a report: the moves of the flow as pages, and what can be done beside them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.cases.actions import Actions
from casework.cases.transfer.hops import return_is_ready
from casework.credit.admin.proposing import register_proposal_act
from casework.desk import transferring
from casework.desk.acts import Act, Desk
from casework.desk.conversation import register_conversation_acts
from casework.desk.extending import register_extension_acts
from casework.desk.forms import CaseForm
from casework.desk.indicators import register_indicator_acts
from casework.desk.letters import register_letter_acts
from casework.desk.moves import ActionSpec, Moves
from casework.desk.worklog import register_worklog_acts
from fees.admin.reports import forms
from fees.orders.selectors import orders_open
from fees.penalty.selectors import penalty_is_open
from fees.report import extension, joining, services, transfers
from fees.report.flow import FLOW, State

DESK = Desk(
    subject="report",
    template="admin/cases/action.html",
    letters_of={
        "accept": ("fee_acceptance_notice",),
        "refuse": ("fee_refusal_notice",),
        "redirect": ("fee_redirect_notice",),
        "merge": ("fee_merge_notice",),
        "transfer": ("fee_transfer_letter",),
        "feed_back": ("fee_result_letter",),
        "split_complaint": ("fee_split_notice",),
    },
)
ACTIONS = Actions(
    FLOW,
    {
        "take_back": return_is_ready,
        "conclude": lambda report: not orders_open(report),
        "close": lambda report: not penalty_is_open(report),
    },
)
SPECS: dict[str, ActionSpec] = {
    "accept": ActionSpec(
        CaseForm,
        services.report_accept,
        _("The reporter is told. The report is to be assigned next."),
        _("The report is accepted."),
    ),
    "refuse": ActionSpec(
        forms.RefuseForm,
        services.report_refuse,
        _("A refusal needs a ground of the list and the reasons in this case."),
        _("The report is refused and the reporter told why."),
    ),
    "redirect": ActionSpec(
        forms.RedirectForm,
        services.report_redirect,
        _("The reporter is told which authority or procedure is the right one."),
        _("The reporter is shown the right way."),
    ),
    "merge": ActionSpec(
        forms.MergeForm,
        joining.report_merge,
        _("What is new is looked into with the earlier report, whose verification begins anew (Order 121 art. 35)."),
        _("The report is merged."),
    ),
    "transfer": ActionSpec(
        transferring.TransferForm,
        services.report_assign,
        _("The department gets the material with a letter and sees the report from now on."),
        _("The report is assigned. The letter is issued."),
    ),
    "take_back": ActionSpec(
        transferring.TakeBackForm,
        transfers.report_take_back,
        _("You agree that another department is competent. The report is to be assigned anew."),
        _("The report is back. Assign it to the right department."),
        transferring.return_matter,
    ),
    "receive": ActionSpec(
        forms.ReceiveForm,
        services.report_receive,
        _("The verification period of 15 working days begins."),
        _("Receipt is confirmed. The verification period runs."),
    ),
    "find_violation": ActionSpec(
        forms.FindViolationForm,
        services.report_find_violation,
        _("Orders to the payee, refunds and a penalty case follow from the finding."),
        _("The finding is kept. Order the payee to put it right."),
    ),
    "find_nothing": ActionSpec(
        forms.FindNothingForm,
        services.report_find_nothing,
        _("The reporter is to be answered next."),
        _("The finding is kept. Answer the reporter."),
    ),
    "conclude": ActionSpec(
        forms.ConcludeForm,
        services.report_conclude,
        _("Every order has its outcome. The reporter is to be answered next; a penalty case may still run."),
        _("The report is concluded. Answer the reporter."),
    ),
    "feed_back": ActionSpec(
        forms.FeedBackForm,
        services.report_feed_back,
        _("The result goes in writing to the reporter, and to the department that registered the report."),
        _("The reporter is answered. The result letter is issued."),
    ),
    "close": ActionSpec(
        forms.CloseForm,
        services.report_close,
        _("The reason has to fit the finding."),
        _("The report is closed."),
    ),
    "reopen": ActionSpec(
        forms.ReopenForm,
        services.report_reopen,
        _("A new verification period begins; what was found before stays."),
        _("The report is under verification again."),
    ),
}
MOVES = Moves(ACTIONS, SPECS)

register_worklog_acts(DESK)
register_conversation_acts(DESK)
register_indicator_acts(DESK)
register_letter_acts(DESK)
register_proposal_act(DESK)
transferring.register_transfer_acts(
    DESK,
    transfers.TRANSFERS,
    ask_return=transfers.report_dispute,
    decline_return=transfers.report_decline_return,
    designate=transfers.report_designate,
    escalate=transfers.report_escalate,
)
register_extension_acts(
    DESK,
    code=extension.VERIFICATION,
    states=frozenset({State.VERIFYING}),
    ask=extension.extension_ask,
    decide=extension.extension_decide,
    intro=_("The head decides: fifteen working days more at most. Until then the period runs as it is."),
    form_code="fee_extension_form",
)
for _act in (
    Act(
        name="describe",
        label=_("Correct the charge"),
        tone="neutral",
        confirm="",
        form=forms.DescribeForm,
        command=joining.report_describe,
        intro=_("The charge is checked against the catalogue again; what was said before is kept."),
        done=_("The charge is corrected and checked again."),
        allowed=lambda roles: bool(roles & joining.WORKING),
        possible=lambda report: report.state in (State.REGISTERED, *joining.OPEN_TO_NEW_FACTS),
        group="charge",
    ),
    Act(
        name="link",
        label=_("Link another report of the same fact"),
        tone="neutral",
        confirm="",
        form=forms.LinkForm,
        command=joining.report_link,
        intro=_("Both go on; each page shows the other."),
        done=_("The reports are linked."),
        allowed=lambda roles: bool(roles & joining.WORKING),
        possible=lambda report: not report.is_ended,
        group="related",
    ),
    Act(
        name="split_report",
        label=_("Split off another fee report"),
        tone="neutral",
        confirm="",
        form=forms.SplitReportForm,
        command=joining.report_split,
        intro=_("One submission, several matters: each gets its own way (Order 121 art. 9)."),
        done=_("The part is registered as a report of its own."),
        allowed=lambda roles: bool(roles & joining.REGISTERING),
        possible=lambda report: report.state in (State.REGISTERED, State.ACCEPTED),
        group="related",
    ),
    Act(
        name="split_complaint",
        label=_("Split off a complaint of another kind"),
        tone="neutral",
        confirm="",
        form=forms.SplitComplaintForm,
        command=joining.report_split,
        intro=_("The reporter gets a letter that says where this part belongs (Order 121 art. 9)."),
        done=_("The part is split off and the reporter told where it belongs."),
        allowed=lambda roles: bool(roles & joining.REGISTERING),
        possible=lambda report: report.state in (State.REGISTERED, State.ACCEPTED),
        group="related",
    ),
):
    DESK.register(_act)

"""What staff do on a record: the moves of the flow as pages, and what can be done beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.cases.actions import Actions
from casework.cases.pages import tracking_url
from casework.clocks.services import OPEN_STATUSES
from casework.credit.admin import forms
from casework.credit.commands import FORWARD, HEADS, KEEPERS
from casework.credit.flow import EFFECTIVE, FLOW, State
from casework.credit.measures import services as measures
from casework.credit.objections import services as objections
from casework.credit.record import decision, ending, hearing, intake
from casework.credit.record.models import CreditRecord
from casework.credit.repair import services as repair
from casework.desk.acts import Act, Desk, Page
from casework.desk.forms import CaseForm
from casework.desk.letters import register_letter_acts
from casework.desk.moves import ActionSpec, Moves
from casework.desk.worklog import register_worklog_acts
from casework.parties.models import Role

FINDING, HEARING, MEASURES, PUBLICITY = "finding", "hearing", "measures", "publicity"
OBJECTIONS, REPAIR = "objections", "repair"
DESK = Desk(
    subject="record",
    template="admin/cases/action.html",
    letters_of={
        "give_notice": ("credit_prior_notice",),
        "decide": ("credit_decision", "credit_repair_notice"),
        "repair": ("credit_repair_decision",),
        "refuse_repair": ("credit_repair_decision",),
        "decide_objection": ("credit_objection_answer",),
    },
)


def _is_heard(record: CreditRecord) -> bool:
    return not hearing.put_forward_fault(record, timezone.localdate())


def _is_publishable(record: CreditRecord) -> bool:
    return record.to_be_published and not decision.annulment_is_due(record)


ACTIONS = Actions(
    FLOW,
    {
        "put_forward": _is_heard,
        "publish": _is_publishable,
        "repair": lambda record: repair.open_repair(record) is not None,
        "annul": decision.annulment_is_due,
    },
)
SPECS: dict[str, ActionSpec] = {
    "give_notice": ActionSpec(
        CaseForm,
        hearing.record_give_notice,
        _("The subject is told facts, basis, intended measures and its rights. Choose the measures before."),
        _("The prior notice is issued. Have it served and record when."),
    ),
    "put_forward": ActionSpec(
        forms.NoteForm,
        hearing.record_put_forward,
        _("The subject was heard, or let its time pass. Another person decides."),
        _("The record is put forward for decision."),
    ),
    "send_back": ActionSpec(
        forms.ReasonForm,
        hearing.record_send_back,
        _("The officer sees what is missing."),
        _("The record is sent back."),
    ),
    "decide": ActionSpec(
        forms.DecideForm,
        decision.record_decide,
        _("A record limits a real subject. Check finding, basis, class and what the subject said."),
        _("The record is in force. Decision and repair notice are issued; have them served together."),
    ),
    "drop": ActionSpec(
        forms.ReasonForm,
        decision.record_drop,
        _("There will be no record of this finding."),
        _("The record is dropped."),
    ),
    "publish": ActionSpec(
        CaseForm,
        decision.record_publish,
        _("Everybody can find the record by code until it ends; serious ones go to the platforms too."),
        _("The record is published."),
    ),
    "repair": ActionSpec(
        forms.DecideRepairForm,
        repair.repair_grant,
        _("Publicity, sharing and measures end together; the platforms get a withdrawal."),
        _("Repair is granted. The record has ended."),
    ),
    "annul": ActionSpec(
        forms.ReasonForm,
        ending.record_annul,
        _("The finding was set aside or an objection was right."),
        _("The record is annulled."),
    ),
}
MOVES = Moves(ACTIONS, SPECS)
register_worklog_acts(DESK)
register_letter_acts(DESK)


def _show_code(request: HttpRequest, case: Any, given: Any, page: Page) -> HttpResponse:
    context = {"record": case, "secret": given, "tracking_url": tracking_url(case)}
    return page.show_once(request, case, "admin/credit/code.html", str(_("Access code")), context)


def _is_effective(record: CreditRecord) -> bool:
    return record.state in EFFECTIVE


def _waits_for_forwarding(record: CreditRecord) -> bool:
    row = objections.open_objection(record)
    return row is not None and row.forwarded_on is None


def _can_be_taken_on(record: CreditRecord) -> bool:
    return _waits_for_forwarding(record) and any(
        row.code == FORWARD and row.status in OPEN_STATUSES for row in record.deadlines.all()
    )


def _act(
    name: str,
    group: str,
    label: Promise,
    form: type[CaseForm],
    command: Callable[..., Any],
    possible: Callable[[CreditRecord], bool],
    intro: Promise,
    done: Promise,
    *,
    roles: tuple[Role, ...] = KEEPERS,
    tone: str = "neutral",
    confirm: Promise | str = "",
    answer: Callable[..., HttpResponse] | None = None,
) -> None:
    DESK.register(
        Act(
            name=name,
            label=label,
            tone=tone,
            confirm=confirm,
            form=form,
            command=command,
            intro=intro,
            done=done,
            allowed=lambda held: bool(held & set(roles)),
            possible=possible,
            group=group,
            answer=answer,
        )
    )


_act(
    "amend",
    FINDING,
    _("Put the proposal right"),
    forms.AmendForm,
    intake.record_amend,
    lambda record: record.state == State.PROPOSED,
    _("Before the subject has notice of it. Afterwards only a new proposal says something else."),
    _("The proposal is put right."),
)
_act(
    "intend_measure",
    MEASURES,
    _("Intend a measure"),
    forms.IntendForm,
    measures.measure_intend,
    lambda record: record.state == State.PROPOSED,
    _("Only measures of the list, and only those that the prior notice names can be applied."),
    _("The measure will stand in the prior notice."),
)
_act(
    "drop_measure",
    MEASURES,
    _("Take a measure back"),
    forms.DropMeasureForm,
    measures.measure_drop,
    lambda record: record.state == State.PROPOSED and bool(forms.intended(record)),
    _("It will not stand in the prior notice."),
    _("The measure is taken back."),
)
_act(
    "serve",
    HEARING,
    _("Record the service of the notice"),
    forms.ServeForm,
    hearing.record_serve,
    lambda record: record.state == State.NOTICED and record.served_on is None,
    _("The subject's time for a statement runs from that day."),
    _("Service is recorded."),
    tone="primary",
)
_act(
    "issue_code",
    HEARING,
    _("Access code for the subject"),
    CaseForm,
    hearing.access_code_issue,
    lambda record: record.state != State.PROPOSED and not record.is_ended,
    _("It opens the record to its subject online. A code given out before opens nothing from now on."),
    _("There is a new code."),
    answer=_show_code,
)
_act(
    "enter_statement",
    HEARING,
    _("Enter a statement"),
    forms.StatementForm,
    hearing.statement_make,
    lambda record: record.state in hearing.HEARD_STATES,
    _("What came on paper. Late ones are entered and answered too, as long as nothing is decided."),
    _("The statement is entered. Answer it."),
)
_act(
    "answer_statement",
    HEARING,
    _("Answer a statement"),
    forms.AnswerForm,
    hearing.statement_answer,
    lambda record: any(row.answered_on is None for row in record.statements.all()) and not record.is_ended,
    _("Without an answer to each statement nothing can be decided."),
    _("The answer is kept. It will stand in the decision."),
    tone="primary",
)
_act(
    "withhold",
    PUBLICITY,
    _("Suspend publication"),
    forms.WithholdForm,
    decision.record_withhold,
    lambda record: _is_effective(record) and record.withheld_since is None,
    _("Nobody outside sees the record meanwhile; its longest period runs on."),
    _("Publication is suspended."),
)
_act(
    "show_again",
    PUBLICITY,
    _("Resume publication"),
    forms.ReasonForm,
    decision.record_show_again,
    lambda record: (
        _is_effective(record) and record.withheld_since is not None and not decision.annulment_is_due(record)
    ),
    _("What the suspension waited for is settled."),
    _("Publication is resumed."),
)
_act(
    "set_aside",
    PUBLICITY,
    _("Finding was set aside"),
    forms.SetAsideForm,
    ending.finding_set_aside,
    lambda record: record.set_aside_on is None and record.state not in (State.PROPOSED, State.DRAFT),
    _("The record goes out of sight at once and is to be annulled within three working days."),
    _("It is recorded. A head annuls the record."),
    tone="danger",
)
_act(
    "correct",
    PUBLICITY,
    _("Correct the record"),
    forms.CorrectForm,
    decision.record_correct,
    _is_effective,
    _("What it says, not its class or the date of its finding: those are another decision."),
    _("The record is corrected."),
)
_act(
    "conduct_corrected",
    PUBLICITY,
    _("Conduct was put right"),
    forms.CorrectedForm,
    ending.conduct_corrected,
    lambda record: _is_effective(record) and record.corrected_on is None,
    _("A record that expires before that is told to the supervisors."),
    _("It is recorded."),
)
_act(
    "enter_objection",
    OBJECTIONS,
    _("Enter an objection"),
    forms.ObjectForm,
    objections.objection_make,
    lambda record: _is_effective(record) and objections.open_objection(record) is None,
    _("The record is marked as contested at once, on every display and on the platforms."),
    _("The objection is entered and the record marked."),
)
_act(
    "forward_objection",
    OBJECTIONS,
    _("Forward the objection"),
    forms.ForwardForm,
    objections.objection_forward,
    _waits_for_forwarding,
    _("To the authority that made the finding; its time runs from today."),
    _("The objection is forwarded."),
)
_act(
    "take_on_objection",
    OBJECTIONS,
    _("Decide the objection here"),
    CaseForm,
    objections.objection_take_on,
    _can_be_taken_on,
    _("Although another authority made the finding. The time counts from the day of the objection."),
    _("The objection is decided here."),
)
_act(
    "decide_objection",
    OBJECTIONS,
    _("Decide the objection"),
    forms.DecideObjectionForm,
    objections.objection_decide,
    lambda record: objections.open_objection(record) is not None,
    _("The answer goes to the subject by letter; what it achieves is carried out within three working days."),
    _("The objection is decided and answered."),
    roles=HEADS,
    tone="primary",
    confirm=_("The answer is issued as a letter and can't be changed."),
)
_act(
    "enter_repair",
    REPAIR,
    _("Enter an application for repair"),
    forms.AskRepairForm,
    repair.repair_ask,
    lambda record: _is_effective(record) and repair.open_repair(record) is None,
    _("With proof of fulfilment and the undertaking. It costs the subject nothing."),
    _("The application is entered; its time runs."),
)
_act(
    "refuse_repair",
    REPAIR,
    _("Refuse repair"),
    forms.DecideRepairForm,
    repair.repair_refuse,
    lambda record: repair.open_repair(record) is not None,
    _("The subject gets the reasons and can apply again."),
    _("Repair is refused. The decision is issued."),
    roles=HEADS,
    tone="danger",
    confirm=_("The refusal is issued as a letter and can't be changed."),
)

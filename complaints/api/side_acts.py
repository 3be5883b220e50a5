"""What staff do on a case beside the moves of the flow: one address for each act, below `/cases/<reference>/acts/`.

Each calls the service that the admin calls, so that nothing skips a rule; the service says who may and when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.formats import ManyFilesParser, StrictJSONParser
from casework.api.problems import MEDIA_TYPE, ProblemSerializer
from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed
from casework.cases.worklog import services as worklog
from casework.documents import correspondence
from casework.parties.models import Role, User
from complaints.api.cases import CaseView
from complaints.api.headers import REFERENCE
from complaints.api.serializers import money as money_forms
from complaints.api.serializers import side_acts as forms
from complaints.api.serializers.actions import OutcomeSerializer
from complaints.assessments import services as assessments
from complaints.closing import services as closing
from complaints.extension import services as extension
from complaints.measures import services as measures
from complaints.models import ArrearsComplaint
from complaints.money import services as money
from complaints.respondent import services as respondent
from complaints.respondent.services import Asked
from complaints.review import services as review
from complaints.subcases import services as subcases
from complaints.transfer import services as transfer

RECEIVING = frozenset({Role.RECEIVING_CLERK})
HANDLING = frozenset({Role.HANDLING_CASEWORKER})
EITHER = RECEIVING | HANDLING


@dataclass(frozen=True)
class SideAct:
    """How an act is asked for.

    Attributes:
        body: the request's serializer; its `arguments()` are the service's.
        roles: who may do it, as far as the role alone says.
    """

    body: type[forms.SideSerializer]
    service: Callable[..., Any]
    roles: frozenset[Role]
    summary: str
    # The name under which the service takes the case: the engine's own don't know complaints.
    subject: str = "complaint"

    @property
    def takes_files(self) -> bool:
        """Whether files may come with it, as multipart/form-data."""
        return "files" in self.body().fields


SIDE_ACTS: dict[str, SideAct] = {
    "check_conditions": SideAct(
        forms.CheckConditionsSerializer,
        review.complaint_check_conditions,
        RECEIVING,
        "Keep what was found about conditions of acceptance",
    ),
    "assign": SideAct(forms.AssignSerializer, worklog.case_assign, EITHER, "Give the case to a person", subject="case"),
    "remind": SideAct(
        forms.RemindSerializer,
        worklog.case_remind,
        worklog.REMINDING_ROLES,
        "Remind the department whose turn it is",
        subject="case",
    ),
    "write_note": SideAct(
        forms.NoteSerializer, worklog.note_add, EITHER, "Write a note for colleagues", subject="case"
    ),
    "write_task": SideAct(
        forms.TaskSerializer, worklog.task_add, EITHER, "Write down what is to be done", subject="case"
    ),
    "finish_tasks": SideAct(
        forms.FinishTasksSerializer, worklog.tasks_finish, EITHER, "Mark tasks as done", subject="case"
    ),
    "classify": SideAct(
        forms.ClassifySerializer, transfer.complaint_classify, EITHER, "Set the respondent's ownership and sector"
    ),
    "ask_return": SideAct(
        forms.AskReturnSerializer, transfer.complaint_ask_return, HANDLING, "Ask to return a misrouted case"
    ),
    "decline_return": SideAct(
        forms.DeclineReturnSerializer, transfer.complaint_decline_return, RECEIVING, "Decline a return"
    ),
    "designate": SideAct(
        forms.DesignateSerializer,
        transfer.complaint_designate,
        transfer.DESIGNATING_ROLES,
        "Designate the handling department as the common superior",
    ),
    "ask_feedback": SideAct(
        forms.AskFeedbackSerializer, respondent.feedback_ask, HANDLING, "Ask the respondent for feedback"
    ),
    "renew_code": SideAct(
        forms.SideSerializer,
        respondent.feedback_renew_code,
        HANDLING,
        "Make a new code for the respondent; the one before no longer opens anything",
    ),
    "judge_feedback": SideAct(
        forms.JudgeFeedbackSerializer,
        respondent.feedback_judge,
        HANDLING,
        "Say whether the respondent answered as required",
    ),
    "supervisory_letter": SideAct(
        forms.SupervisoryLetterSerializer,
        measures.supervisory_letter_send,
        HANDLING,
        "Send the supervisory letter that is due",
    ),
    "interview": SideAct(
        forms.CallInterviewSerializer, measures.interview_call, HANDLING, "Call the respondent to an interview"
    ),
    "interview_minutes": SideAct(
        forms.InterviewMinutesSerializer, measures.interview_minute, HANDLING, "Write the minutes of an interview"
    ),
    "circular": SideAct(forms.CircularSerializer, measures.circular_send, HANDLING, "Send a circular"),
    "rectification": SideAct(
        forms.RectificationOrderSerializer,
        measures.rectification_order,
        HANDLING,
        "Order the respondent to rectify",
    ),
    "measure_outcome": SideAct(
        forms.EndMeasureSerializer, measures.measure_end, HANDLING, "Record what came of a measure"
    ),
    "ask_extension": SideAct(
        forms.AskExtensionSerializer, extension.extension_ask, HANDLING, "Ask the head for an extension"
    ),
    "decide_extension": SideAct(
        forms.DecideExtensionSerializer,
        extension.extension_decide,
        frozenset({Role.DEPARTMENT_HEAD}),
        "Decide on an extension",
    ),
    "begin_size_dispute": SideAct(
        forms.DisputeSizeSerializer, subcases.size_dispute_begin, EITHER, "Have a disputed size decided"
    ),
    "begin_receivable": SideAct(
        forms.SendReceivableSerializer,
        subcases.receivable_send,
        EITHER,
        "Have the respondent confirm the debt for the financing of receivables",
    ),
    "end_subcase": SideAct(
        forms.EndSideMatterSerializer, subcases.subcase_end, EITHER, "Record what came of a side matter"
    ),
    "split_claim": SideAct(
        money_forms.SplitClaimSerializer,
        money.claim_split,
        EITHER,
        "Split the claim into its parts",
    ),
    "record_payment": SideAct(
        money_forms.RecordPaymentSerializer, money.payment_record, EITHER, "Record a payment with its proof"
    ),
    "answer_payment": SideAct(
        money_forms.AnswerPaymentSerializer,
        money.payment_answer,
        EITHER,
        "Record what the complainant said about a payment",
    ),
    "sign_plan": SideAct(money_forms.SignPlanSerializer, money.plan_sign, EITHER, "Record a signed repayment plan"),
    "decline_facts": SideAct(
        money_forms.DeclineFactsSerializer, closing.new_facts_decline, EITHER, "Decline to reopen for the new facts"
    ),
    "assess_payment": SideAct(
        forms.AssessPaymentSerializer,
        assessments.complaint_assess_payment,
        EITHER,
        "Assess due date and interest anew from corrected inputs",
    ),
    "assess_size": SideAct(
        forms.AssessSizeSerializer,
        assessments.complaint_assess_size,
        EITHER,
        "Assess the enterprise's size anew from corrected figures",
    ),
    "reissue_letter": SideAct(
        forms.ReissueLetterSerializer,
        correspondence.letter_issue_again,
        EITHER,
        "Issue a letter again in its place",
        subject="case",
    ),
    "record_delivery": SideAct(
        forms.RecordDeliverySerializer,
        correspondence.letter_delivered,
        EITHER,
        "Record how a letter arrived",
        subject="case",
    ),
    "mark_secret": SideAct(
        forms.MarkSecretSerializer,
        correspondence.files_mark_secret,
        EITHER,
        "Set which files are secret",
        subject="case",
    ),
}


class SideActView(CaseView):
    """One act; `side_act_view` makes a class of it for each."""

    act: ClassVar[SideAct]

    def post(self, request: Request, reference: str) -> Response:
        """Do it: first whether the caller may, then whether the body is right, then the case's state."""
        complaint = self.seen(request, reference)
        assert isinstance(request.user, User)
        actor = Actor.person(request.user)
        if not self.act.roles & roles_on(actor, complaint):
            raise ActionNotAllowed
        body = self.act.body(data=request.data, context={"case": complaint})
        body.is_valid(raise_exception=True)
        given = self.act.service(**{self.act.subject: complaint}, actor=actor, **body.arguments())
        after = OutcomeSerializer(ArrearsComplaint.objects.get(pk=complaint.pk)).data
        if isinstance(given, Asked):
            return Response({**after, "code": given.code}, headers={"Cache-Control": "no-store"})
        return Response(after)


def side_act_view(name: str) -> type[SideActView]:
    """The view class of an act, documented with its own body."""
    act = SIDE_ACTS[name]
    shows_code = act.service in (respondent.feedback_ask, respondent.feedback_renew_code)
    media_types = ["application/json", *(["multipart/form-data"] if act.takes_files else [])]
    view = type(
        f"{name.title().replace('_', '')}View",
        (SideActView,),
        {"act": act, "parser_classes": (StrictJSONParser, ManyFilesParser) if act.takes_files else (StrictJSONParser,)},
    )
    document = extend_schema(
        operation_id=f"case_act_{name}",
        tags=["cases"],
        summary=act.summary,
        description=f"For: {', '.join(sorted(role.value for role in act.roles))}.",
        parameters=[REFERENCE],
        request=dict.fromkeys(media_types, act.body),
        responses={
            200: OpenApiResponse(forms.AskedSerializer if shows_code else OutcomeSerializer),
            (409, MEDIA_TYPE): ProblemSerializer,
        },
    )
    documented: type[SideActView] = extend_schema_view(post=document)(view)
    return documented


SIDE_ACT_VIEWS = {name: side_act_view(name) for name in SIDE_ACTS}

"""Feedback of the respondent and the measures after it, on the case page: what may be done, and what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.cases.access import HANDLING_ROLES
from casework.desk.acts import Act, Page
from casework.documents.models import Attachment
from complaints.admin import handling_forms as forms
from complaints.admin.actions import register_side_act
from complaints.admin.forms import ActionForm
from complaints.admin.matters import Matter, feedback_matter
from complaints.measures import services as measures
from complaints.measures.selectors import (
    interviews_without_minutes,
    may_go_further,
    measures_of,
    open_measures,
    unanswered_request,
)
from complaints.models import ArrearsComplaint
from complaints.respondent import services as respondent
from complaints.respondent.letters import reply_link, reply_url
from complaints.respondent.models import FeedbackRequest
from complaints.respondent.selectors import (
    HANDLING_STATES,
    can_answer,
    can_ask,
    handles,
    latest_request,
    possible_judgements,
    reply_due,
    requests_of,
)

FEEDBACK, MEASURES = "feedback", "measures"
_NO_CONFIRMATION = ""


def handling_context(complaint: ArrearsComplaint) -> dict[str, Any]:
    """What the two sections of the case page show."""
    requests, taken = requests_of(complaint), measures_of(complaint)
    files = Attachment.objects.filter(case=complaint.pk, by_respondent=True) if requests else []
    return {
        "requests": list(reversed(requests)),
        "reply_due": reply_due(complaint) if requests else None,
        "respondent_files": list(files),
        "measures": list(reversed(taken)),
        "letter_due_for": unanswered_request(complaint),
        "in_handling": complaint.state in HANDLING_STATES,
    }


def _show_code(request: HttpRequest, complaint: ArrearsComplaint, given: respondent.Asked, page: Page) -> HttpResponse:
    """The code, this once."""
    context = {
        "asked": given.request,
        "code": given.code,
        "reply_url": reply_url(),
        "reply_link": reply_link(given.code),
    }
    template = "admin/complaints/arrearscomplaint/reply_code.html"
    return page.show_once(request, complaint, template, str(_("Reply code")), context)


def _renewable(complaint: ArrearsComplaint) -> bool:
    last: FeedbackRequest | None = latest_request(complaint)
    return last is not None and can_answer(complaint, last)


def _in_handling(complaint: ArrearsComplaint) -> bool:
    return complaint.state in HANDLING_STATES


def _act(
    name: str,
    group: str,
    label: Promise,
    form: type[ActionForm],
    command: Callable[..., Any],
    possible: Callable[[ArrearsComplaint], bool],
    intro: Promise,
    done: Promise,
    *,
    tone: str = "neutral",
    confirm: Promise | str = _NO_CONFIRMATION,
    about: Callable[[ArrearsComplaint], Matter] | None = None,
    answer: Callable[..., HttpResponse] | None = None,
) -> None:
    register_side_act(
        Act(
            name=name,
            label=label,
            tone=tone,
            confirm=confirm,
            form=form,
            command=command,
            intro=intro,
            done=done,
            allowed=lambda roles: bool(roles & set(HANDLING_ROLES)),
            possible=possible,
            group=group,
            about=about,
            who=handles,
            answer=answer,
        )
    )


_act(
    "ask_feedback",
    FEEDBACK,
    _("Ask the respondent"),
    forms.AskFeedbackForm,
    respondent.feedback_ask,
    can_ask,
    _("The respondent gets a letter and answers on a page of its own with a one-time code. Its clock begins today."),
    _("The request is sent."),
    tone="primary",
    answer=_show_code,
)
_act(
    "renew_code",
    FEEDBACK,
    _("New reply code"),
    forms.RenewCodeForm,
    respondent.feedback_renew_code,
    _renewable,
    _("The code that was given out opens nothing from now on. The clock runs on."),
    _("There is a new code."),
    answer=_show_code,
)
_act(
    "judge_feedback",
    FEEDBACK,
    _("Judge the feedback"),
    forms.JudgeFeedbackForm,
    respondent.feedback_judge,
    lambda complaint: bool(possible_judgements(complaint)),
    _("Without feedback in time, or as required, the supervisory letter is due (Decree 802 art. 25(3))."),
    _("The judgement is kept."),
    tone="primary",
    about=feedback_matter,
)
_act(
    "supervisory_letter",
    MEASURES,
    _("Send the supervisory letter"),
    forms.SupervisoryLetterForm,
    measures.supervisory_letter_send,
    lambda complaint: unanswered_request(complaint) is not None,
    _("The handling department must send it when the respondent gave no feedback in time or as required (art. 25(3))."),
    _("The supervisory letter is issued."),
    tone="primary",
)
_act(
    "interview",
    MEASURES,
    _("Call to an interview"),
    forms.InterviewForm,
    measures.interview_call,
    may_go_further,
    _("The respondent received the supervisory letter and still does not cooperate (art. 25(3))."),
    _("The notice of the interview is issued."),
)
_act(
    "interview_minutes",
    MEASURES,
    _("Write the minutes"),
    forms.MinutesForm,
    measures.interview_minute,
    lambda complaint: _in_handling(complaint) and bool(interviews_without_minutes(complaint)),
    _("The minutes go to the respondent and to the receiving department."),
    _("The minutes are issued."),
    tone="primary",
)
_act(
    "circular",
    MEASURES,
    _("Send a circular"),
    forms.CircularForm,
    measures.circular_send,
    may_go_further,
    _("A circular names the respondent to other bodies: write only what is proved."),
    _("The circular is issued."),
    tone="danger",
    confirm=_("A circular can't be called back once others have read it."),
)
_act(
    "rectification",
    MEASURES,
    _("Order to rectify"),
    forms.RectificationForm,
    measures.rectification_order,
    may_go_further,
    _("The respondent received the supervisory letter and still does not cooperate (art. 25(3))."),
    _("The order is issued."),
    tone="danger",
    confirm=_("The order goes to the respondent and to the receiving department."),
)
_act(
    "measure_outcome",
    MEASURES,
    _("Record an outcome"),
    forms.OutcomeForm,
    measures.measure_end,
    lambda complaint: _in_handling(complaint) and bool(open_measures(complaint)),
    _("What the respondent did. Interview, circular and order are open only if it did not cooperate."),
    _("The outcome is kept."),
)

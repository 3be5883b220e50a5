"""Everything on one case, read for the case page: each kind of row in one query."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects

from casework.cases.actors import Actor
from casework.cases.transfer.selectors import load_hops
from casework.credit.case_records import records_context
from casework.desk.extending import extension_context
from casework.desk.indicators import indicators_context
from casework.desk.page import Clock, clocks_of, head_of, page_context
from complaints.admin.actions import DESK, SPECS
from complaints.admin.assessing import may_assess
from complaints.admin.closing import closing_context
from complaints.admin.handling import handling_context
from complaints.admin.money import money_context
from complaints.admin.reviewing import review_context
from complaints.admin.subcases import subcases_context
from complaints.admin.supervising import supervision_context
from complaints.admin.transferring import hops_context
from complaints.admin.words import STATE_TONES, turn_words
from complaints.assessments.selectors import agreed_facts, assessments_of, cautions_on
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.respondent.selectors import HANDLING_STATES
from complaints.selectors import available_actions

BEFORE_ACCEPTANCE = frozenset({State.SUBMITTED, State.CORRECTION_REQUESTED})


def case_context(complaint: ArrearsComplaint, actor: Actor) -> dict[str, Any]:
    """What the case page shows to this actor."""
    assert actor.user is not None
    prefetch_related_objects([complaint], "division__parent__parent")
    hops = load_hops(complaint)
    clocks, assessments = clocks_of(complaint), assessments_of(complaint)
    cautions = cautions_on(complaint, assessments) if complaint.state in BEFORE_ACCEPTANCE else []
    buttons = [action for action in available_actions(complaint, actor) if action.name in SPECS]
    page = page_context(complaint, actor, DESK, buttons, clocks)
    return {
        **head_context(complaint, clocks),
        **page,
        **handling_context(complaint),
        **indicators_context(complaint, actor),
        **records_context(complaint, actor),
        **extension_context(complaint, runs=complaint.state in HANDLING_STATES),
        **money_context(complaint),
        **closing_context(complaint),
        "agreed_facts": agreed_facts(complaint),
        "assessments": assessments,
        "cautions": cautions,
        "may_assess": may_assess(complaint, actor),
        **review_context(complaint, actor, assessments, cautions, len(page["files"])),
        **hops_context(complaint, hops),
        **subcases_context(complaint),
        **supervision_context(complaint, actor.user),
    }


def head_context(complaint: ArrearsComplaint, clocks: list[Clock] | None = None) -> dict[str, Any]:
    """The head that the case page and every action's form share."""
    rows = clocks_of(complaint) if clocks is None else clocks
    return {
        "complaint": complaint,
        **head_of(complaint, rows, STATE_TONES.get(complaint.state, ""), turn_words(complaint)),
    }

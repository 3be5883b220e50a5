"""Everything that somebody can do on a fee report, as one table: who usually does it, and how.

The tests of concurrency and of random sequences walk over it; `test_flow_table.py` compares it with the flow and with
the registered acts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from casework.cases.actors import Actor
from casework.cases.worklog import services as worklog
from casework.cases.worklog.models import Task
from casework.documents import correspondence
from fees.report import extension, joining, services, transfers
from fees.report.models import FeeReport
from tests.fees.house import FeeHouse

REPORTER = "reporter"


@dataclass(frozen=True)
class Scene:
    """A report in hand, and the house around it.

    Attributes:
        other: an earlier report of the same fact, registered by the same department.
        version: what the actor was looking at; None skips the comparison.
    """

    house: FeeHouse
    case: FeeReport
    other: FeeReport
    version: int | None = None

    def given(self, actor: Actor) -> dict[str, Any]:
        """What every command of the kind takes."""
        return {"report": self.case, "actor": actor, "version": self.version}

    def of(self, actor: Actor) -> dict[str, Any]:
        """What every command of the engine takes."""
        return {"case": self.case, "actor": actor, "version": self.version}


@dataclass(frozen=True)
class Deed:
    """One thing that can be done, and who usually does it."""

    by: str
    do: Callable[[Scene, Actor], Any]


def actor_named(who: str, house: FeeHouse, at: Any = None) -> Actor:
    """A person of the house, or the reporter."""
    if who == REPORTER:
        return Actor.complainant("示例包装有限公司", at=at)
    return Actor.person(getattr(house, who), at)


MOVES: dict[str, Deed] = {
    "accept": Deed("clerk", lambda s, a: services.report_accept(**s.given(a))),
    "refuse": Deed("clerk", lambda s, a: services.report_refuse(**s.given(a), ground="G1", explanation="无主体。")),
    "redirect": Deed("clerk", lambda s, a: services.report_redirect(**s.given(a), way="W8", explanation="某局。")),
    "merge": Deed("clerk", lambda s, a: joining.report_merge(**s.given(a), into=s.other, note="新票据。")),
    "withdraw": Deed(REPORTER, lambda s, a: services.report_withdraw(**s.given(a))),
    "transfer": Deed("clerk", lambda s, a: services.report_assign(**s.given(a), department=s.house.verifying)),
    "take_back": Deed("clerk", lambda s, a: transfers.report_take_back(**s.given(a))),
    "receive": Deed("handler", lambda s, a: services.report_receive(**s.given(a))),
    "find_violation": Deed(
        "handler",
        lambda s, a: services.report_find_violation(
            **s.given(a), violations=["F01"], facts="查明。", reasons="无依据。"
        ),
    ),
    "find_nothing": Deed(
        "handler",
        lambda s, a: services.report_find_nothing(**s.given(a), outcome="none", facts="查明。", reasons="合规。"),
    ),
    "conclude": Deed("handler", lambda s, a: services.report_conclude(**s.given(a))),
    "feed_back": Deed("handler", lambda s, a: services.report_feed_back(**s.given(a), answer="已处理。")),
    "close": Deed("handler", lambda s, a: _close(s, a)),
    "reopen": Deed("handler", lambda s, a: services.report_reopen(**s.given(a), note="又收费。")),
}


def _close(scene: Scene, actor: Actor) -> Any:
    found = scene.case.findings.order_by("-number").first()
    reason = "C3" if found is not None and found.outcome == "none" else "C2"
    return services.report_close(**scene.given(actor), reason=reason)


def _letter(scene: Scene, actor: Actor) -> int:
    own = correspondence.standing_letters(scene.case, actor)
    return own[0].pk if own else 0


def _part(scene: Scene, actor: Actor) -> Any:
    charge = {
        "respondent_name": "另一协会", "payee_type": "association", "item": "培训费",
        "charged_on": scene.case.charged_on, "amount": Decimal("10.00"),
    }  # fmt: skip
    return joining.report_split(**scene.given(actor), track="report", text="培训费。", charge=charge)


# What changes the report beside the moves.
ACTS: dict[str, Deed] = {
    "describe": Deed(
        "clerk",
        lambda s, a: joining.report_describe(**s.given(a), reason="见票据。", charge={"amount": Decimal("9.00")}),
    ),
    "link": Deed("clerk", lambda s, a: joining.report_link(**s.given(a), earlier=s.other)),
    "split_report": Deed("clerk", _part),
    "split_complaint": Deed(
        "clerk", lambda s, a: joining.report_split(**s.given(a), track="complaint", text="货款。", way="另行投诉。")
    ),
    "ask_return": Deed(
        "handler", lambda s, a: transfers.report_dispute(**s.given(a), reason="属财政。", target=s.house.finance)
    ),
    "decline_return": Deed("clerk", lambda s, a: transfers.report_decline_return(**s.given(a), reason="仍属你局。")),
    "escalate_return": Deed("handler", lambda s, a: transfers.report_escalate(**s.given(a))),
    "designate": Deed(
        "supervisor",
        lambda s, a: transfers.report_designate(**s.given(a), department=s.house.finance, reason="属财政。"),
    ),
    "ask_extension": Deed(
        "handler",
        lambda s, a: extension.extension_ask(**s.given(a), ground="complex", reason="涉及多户。", total_days=30),
    ),
    "decide_extension": Deed("head", lambda s, a: extension.extension_decide(**s.given(a), decision="approved")),
    "assign": Deed("clerk", lambda s, a: worklog.case_assign(**s.of(a), assignee=s.house.clerk)),
    "remind": Deed("clerk", lambda s, a: worklog.case_remind(**s.of(a), text="请尽快办理。")),
    "reissue_letter": Deed(
        "clerk", lambda s, a: correspondence.letter_issue_again(**s.of(a), letter=_letter(s, a), reason="有误。")
    ),
    "record_delivery": Deed(
        "clerk",
        lambda s, a: correspondence.letter_delivered(
            **s.of(a), letter=_letter(s, a), way="post", recipient="李四", at=a.moment
        ),
    ),
    "mark_secret": Deed("clerk", lambda s, a: correspondence.files_mark_secret(**s.of(a), secret=[], reason="无。")),
}
# These write beside the report and ask for no version.
LOOSE: dict[str, Deed] = {
    "write_note": Deed("clerk", lambda s, a: worklog.note_add(**s.of(a), text="已电话联系。")),
    "write_task": Deed("clerk", lambda s, a: worklog.task_add(**s.of(a), title="核对票据")),
    "finish_tasks": Deed(
        "clerk", lambda s, a: worklog.tasks_finish(**s.of(a), tasks=list(Task.objects.filter(case=s.case)))
    ),
}
DEEDS = {**MOVES, **ACTS, **LOOSE}

"""Everything that somebody can do on a record, as one table: who usually does it, and how.

The tests of rights, of concurrency and of random sequences walk over it; `test_flow_table.py` compares it with the flow
and with the registered acts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.cases.actors import Actor
from casework.credit.catalogue.models import MeasureItem
from casework.credit.measures import services as measures
from casework.credit.measures.models import Measure
from casework.credit.objections import services as objections
from casework.credit.record import decision, ending, hearing, intake
from casework.credit.record.models import CreditRecord
from casework.credit.repair import services as repair
from tests.credit.house import CreditHouse, finding, proof

THE_SUBJECT = "the subject"


@dataclass(frozen=True)
class Scene:
    """A record in hand, and the house around it.

    Attributes:
        version: what the actor was looking at; None skips the comparison.
    """

    house: CreditHouse
    case: CreditRecord
    version: int | None = None

    def given(self, actor: Actor) -> dict[str, Any]:
        """What every command takes."""
        return {"record": self.case, "actor": actor, "version": self.version}


@dataclass(frozen=True)
class Deed:
    """One thing that can be done, and who usually does it."""

    by: str
    do: Callable[[Scene, Actor], Any]


def actor_named(who: str, house: CreditHouse, at: Any = None) -> Actor:
    """A person of the house, or the subject with its code."""
    if who == THE_SUBJECT:
        return Actor.complainant("示例建设集团有限公司", at=at)
    return Actor.person(getattr(house, who), at)


def _decide(scene: Scene, actor: Actor) -> Any:
    intended = list(scene.case.measures.filter(state="intended").values_list("pk", flat=True))
    return decision.record_decide(**scene.given(actor), reasons="事实清楚。", publish=True, measures=intended)


MOVES: dict[str, Deed] = {
    "give_notice": Deed("officer", lambda s, a: hearing.record_give_notice(**s.given(a))),
    "put_forward": Deed("officer", lambda s, a: hearing.record_put_forward(**s.given(a))),
    "send_back": Deed("head", lambda s, a: hearing.record_send_back(**s.given(a), reason="补充送达回证。")),
    "decide": Deed("head", _decide),
    "drop": Deed("head", lambda s, a: decision.record_drop(**s.given(a), reason="申辩成立。")),
    "publish": Deed("officer", lambda s, a: decision.record_publish(**s.given(a))),
    "repair": Deed("head", lambda s, a: repair.repair_grant(**s.given(a), reasons="条件已具备。")),
    "annul": Deed("head", lambda s, a: ending.record_annul(**s.given(a), reason="认定已撤销。")),
}


def _amend(scene: Scene, actor: Actor) -> Any:
    case = scene.case
    changed = finding(finding_number=case.finding_number, finding_date=case.finding_date, conduct="更正后的事实。")
    return intake.record_amend(**scene.given(actor), finding=changed, severity="serious", reason="见原件。")


def _intend(scene: Scene, actor: Actor) -> Any:
    return measures.measure_intend(
        **scene.given(actor), item=MeasureItem.objects.get(code="honours"), department=scene.house.executing
    )


def _drop_measure(scene: Scene, actor: Actor) -> Any:
    row = scene.case.measures.filter(state="intended").first()
    return measures.measure_drop(**scene.given(actor), measure=row.pk if row else 0)


def _answer(scene: Scene, actor: Actor) -> Any:
    row = scene.case.statements.filter(answered_on=None).first()
    return hearing.statement_answer(
        **scene.given(actor), statement=row.pk if row else 0, answer="不予采纳。", is_followed=False
    )


def _repair(scene: Scene, actor: Actor, ground: str) -> Any:
    return repair.repair_ask(
        **scene.given(actor),
        ground=ground,
        fulfilment="已付清。",
        undertaking="承诺按期支付。",
        uploads=[proof()],
        court_document="（2026）苏01破1号" if ground == "reorganisation" else "",
    )


def _outcome(scene: Scene, actor: Actor, outcome: str) -> Any:
    return objections.objection_decide(**scene.given(actor), outcome=outcome, reasons="已核查。")


def _corrected(scene: Scene, actor: Actor) -> Any:
    said = f"更正后的事实（{scene.case.version}）。"
    return decision.record_correct(**scene.given(actor), changes={"conduct": said}, reason="见原件。")


def _day(actor: Actor) -> date:
    return actor.today


# What changes the record beside the moves.
ACTS: dict[str, Deed] = {
    "amend": Deed("officer", _amend),
    "intend_measure": Deed("officer", _intend),
    "drop_measure": Deed("officer", _drop_measure),
    "serve": Deed(
        "officer", lambda s, a: hearing.record_serve(**s.given(a), served_on=_day(a), how="邮寄，回执号 12345")
    ),
    "issue_code": Deed("officer", lambda s, a: hearing.access_code_issue(**s.given(a))),
    "enter_statement": Deed("officer", lambda s, a: hearing.statement_make(**s.given(a), text="情况不实。")),
    "answer_statement": Deed("officer", _answer),
    "withhold": Deed("officer", lambda s, a: decision.record_withhold(**s.given(a), ground="objection_founded")),
    "show_again": Deed("officer", lambda s, a: decision.record_show_again(**s.given(a), reason="已核实。")),
    "set_aside": Deed(
        "officer",
        lambda s, a: ending.finding_set_aside(**s.given(a), on=_day(a), by="江苏省人民政府 〔2026〕苏行复1号"),
    ),
    "correct": Deed("officer", _corrected),
    "conduct_corrected": Deed(
        "officer", lambda s, a: ending.conduct_corrected(**s.given(a), on=_day(a), how="已付清，见回单。")
    ),
    "enter_objection": Deed(THE_SUBJECT, lambda s, a: objections.objection_make(**s.given(a), text="金额有误。")),
    "forward_objection": Deed(
        "officer", lambda s, a: objections.objection_forward(**s.given(a), to=s.case.finding_authority)
    ),
    "take_on_objection": Deed("officer", lambda s, a: objections.objection_take_on(**s.given(a))),
    "decide_objection": Deed("deputy", lambda s, a: _outcome(s, a, "rejected")),
    "enter_repair": Deed(THE_SUBJECT, lambda s, a: _repair(s, a, "fulfilled")),
    "refuse_repair": Deed("head", lambda s, a: repair.repair_refuse(**s.given(a), reasons="尚未履行。")),
}
# Other ways of the same acts: what an objection achieves, the other ground of repair.
WAYS: dict[str, Deed] = {
    "found_objection": Deed("deputy", lambda s, a: _outcome(s, a, "corrected")),
    "found_objection_wholly": Deed("deputy", lambda s, a: _outcome(s, a, "annulled")),
    "enter_reorganisation": Deed(THE_SUBJECT, lambda s, a: _repair(s, a, "reorganisation")),
}


def _acknowledge(scene: Scene, actor: Actor) -> Any:
    row = Measure.objects.filter(record=scene.case).exclude(state="dropped").order_by("pk").first()
    if row is None:
        return None
    return measures.measure_acknowledge(measure=row, actor=actor, done="已限制。")


# These stand beside the record and ask for no version.
LOOSE: dict[str, Deed] = {"acknowledge": Deed("executor", _acknowledge)}
DEEDS = {**MOVES, **ACTS, **WAYS, **LOOSE}

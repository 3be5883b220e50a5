"""The tasks that a plan in force makes: one for each instalment, done when it is met or the plan is gone."""

from __future__ import annotations

from casework.cases.actors import Actor
from casework.cases.worklog.models import Task
from complaints.models import ArrearsComplaint
from complaints.money.models import RepaymentPlan
from complaints.money.selectors import Met, PlanRow


def tasks_begin(*, case: ArrearsComplaint, plan: RepaymentPlan, rows: list[PlanRow], actor: Actor) -> None:
    """Make the tasks of a new plan; those of the plan before are done with. In the caller's transaction."""
    tasks_end(case=case, actor=actor)
    Task.objects.bulk_create(
        Task(
            case=case,
            # In Chinese whatever language the caseworker reads: others read it too.
            title=f"核实还款计划第{row.number}期是否到账：{row.instalment.amount:,.2f}元",
            due_on=row.instalment.due_on,
            assigned_to=case.assigned_to,
            source=Task.Source.INSTALMENT,
            key=_key(row),
            created_by=actor.user,
            created_at=actor.moment,
        )
        for row in rows
    )


def tasks_meet(*, case: ArrearsComplaint, rows: list[PlanRow], actor: Actor) -> None:
    """Finish the tasks of the instalments that are met."""
    met = [_key(row) for row in rows if row.status == Met.MET]
    Task.objects.filter(case=case, key__in=met, done_at=None).update(done_by=actor.user, done_at=actor.moment)


def tasks_reopen(*, case: ArrearsComplaint, rows: list[PlanRow]) -> None:
    """Take up the tasks of the instalments that are not met any more: a payment came to nothing."""
    unmet = [_key(row) for row in rows if row.status != Met.MET]
    Task.objects.filter(case=case, key__in=unmet).update(done_by=None, done_at=None)


def tasks_end(*, case: ArrearsComplaint, actor: Actor) -> None:
    """Finish every open task of instalments: the plan was replaced, or the case has ended."""
    open_tasks = Task.objects.filter(case=case, source=Task.Source.INSTALMENT, done_at=None)
    open_tasks.update(done_by=actor.user, done_at=actor.moment)


def _key(row: PlanRow) -> str:
    return f"instalment-{row.instalment.pk}"

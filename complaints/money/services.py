"""The commands on money: split the claim, record a payment, answer for it, record a plan; under the case's lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.commands import locked_case
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.cases.worklog.services import WORKING_ROLES, responsible_department
from casework.documents.evidence import digest_of, evidence_add
from casework.documents.models import Attachment
from casework.parties.models import Role
from complaints.commands import side_command, tell_complainant, tell_department
from complaints.models import ArrearsComplaint
from complaints.money.models import ClaimPart, Instalment, RecordedPayment, RepaymentPlan
from complaints.money.selectors import Money, Status, can_have_money, money_of
from complaints.money.tasks import tasks_begin, tasks_meet, tasks_reopen

MOST_PARTS, MOST_INSTALMENTS = 20, 60


@dataclass(frozen=True)
class Part:
    """A part of the claim as it is to be recorded; a disputed one says why.

    Attributes:
        amount: yuan.
    """

    label: str
    amount: Decimal
    disputed: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Promise:
    """An instalment as both sides signed it.

    Attributes:
        amount: yuan.
    """

    due_on: date
    amount: Decimal


@contextmanager
def money_case(complaint: ArrearsComplaint, actor: Actor, version: int | None) -> Iterator[ArrearsComplaint]:
    """The frame of what staff record about money.

    Raises:
        ActionNotAllowed: the actor doesn't work on the case.
        CaseChanged: the case is not yet accepted or has ended, or somebody acted first.
    """
    with side_command(complaint, WORKING_ROLES, actor, version) as case:
        if not can_have_money(case):
            raise CaseChanged
        yield case


def claim_split(
    *, complaint: ArrearsComplaint, actor: Actor, parts: Sequence[Part], version: int | None = None
) -> list[ClaimPart]:
    """Split the claim into disputed and undisputed parts; the parts before are replaced (Decree 802 art. 15).

    Raises:
        InvalidInput: the parts don't make up the claim, a part has no name or amount, or a dispute no reason.
    """
    _check_parts(parts)
    with money_case(complaint, actor, version) as case:
        total = sum((part.amount for part in parts), Decimal(0))
        if total != case.amount:
            problem = _("The parts make %(total)s yuan together; the claim is %(claim)s yuan.")
            raise InvalidInput({"parts": [problem % {"total": f"{total:,.2f}", "claim": f"{case.amount:,.2f}"}]})
        ClaimPart.objects.filter(complaint=case).delete()
        rows = [
            ClaimPart(
                complaint=case,
                label=part.label.strip(),
                amount=part.amount,
                disputed=part.disputed,
                reason=part.reason.strip() if part.disputed else "",
                position=position,
            )
            for position, part in enumerate(parts)
        ]
        ClaimPart.objects.bulk_create(rows)
        money = money_of(case, actor.today)
        payload = {
            "undisputed": f"{money.undisputed:,.2f}",
            "disputed": f"{money.disputed:,.2f}",
            "parts": [{"label": row.label, "amount": row.amount, "disputed": row.disputed} for row in rows],
        }
        event_record(case=case, verb=Verb.CLAIM_SPLIT, actor=actor, payload=payload)
    return rows


def _check_parts(parts: Sequence[Part]) -> None:
    problems = []
    if not 1 <= len(parts) <= MOST_PARTS:
        problems.append(_("Give 1 to %(most)s parts.") % {"most": MOST_PARTS})
    if any(not part.label.strip() for part in parts):
        problems.append(_("Give every part a name."))
    if any(part.amount <= 0 for part in parts):
        problems.append(_("Every part needs an amount above 0."))
    if any(part.disputed and not part.reason.strip() for part in parts):
        problems.append(_("Say why a part is disputed."))
    if problems:
        raise InvalidInput({"parts": problems})


def payment_record(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    paid_on: date,
    amount: Decimal,
    remark: str = "",
    uploads: Sequence[UploadedFile] = (),
    version: int | None = None,
) -> RecordedPayment:
    """Record a payment with its proof and ask the complainant to confirm it; until then it is reported only.

    Args:
        amount: yuan of the claimed principal; interest is not part of the claim.
        uploads: at most one file, the proof.
    Raises:
        InvalidInput: a day to come, before the contract, or more than is outstanding.
    """
    if paid_on > actor.today:
        raise InvalidInput({"paid_on": [_("This day lies in the future: only what was paid is recorded.")]})
    with money_case(complaint, actor, version) as case:
        _check_payment(case, paid_on, amount, actor)
        payment = RecordedPayment.objects.create(
            complaint=case,
            paid_on=paid_on,
            amount=amount,
            remark=remark.strip(),
            proof=_proof(case, uploads, actor),
            recorded_by=actor.user,
            recorded_at=actor.moment,
            plan=RepaymentPlan.objects.filter(complaint=case, replaced_at=None).first(),
        )
        event_record(case=case, verb=Verb.PAYMENT_RECORDED, actor=actor, payload=_payment_payload(payment))
        tell_complainant(case, Verb.PAYMENT_RECORDED)
    return payment


def _check_payment(case: ArrearsComplaint, paid_on: date, amount: Decimal, actor: Actor) -> None:
    if paid_on < case.signed_on:
        raise InvalidInput({"paid_on": [_("This day lies before the contract.")]})
    room = money_of(case, actor.today).unpromised
    if not 0 < amount <= room:
        problem = _(
            "Between 0.01 and %(room)s yuan are open, besides what is reported already. Interest is not part of the "
            "claim."
        )
        raise InvalidInput({"amount": [problem % {"room": f"{room:,.2f}"}]})


def _proof(case: ArrearsComplaint, uploads: Sequence[UploadedFile], actor: Actor) -> Attachment | None:
    """The file as an attachment; one that the case already has is used again."""
    if not uploads:
        return None
    upload = uploads[0]
    added = evidence_add(case=case, uploads=[upload], actor=actor)
    return added[0] if added else Attachment.objects.get(case=case, sha256=digest_of(upload))


def payment_answer(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    payment: int,
    arrived: bool,
    note: str = "",
    version: int | None = None,
) -> RecordedPayment:
    """Confirm or deny a reported payment, once: by the complainant, or by staff to whom the complainant said it.

    Only staff enter that a confirmed payment came to nothing after all: a bounced bill, a reversed transfer.

    Args:
        payment: its id.
        note: what the complainant says; staff write how they were told.
    Raises:
        InvalidInput: denied without a word, or by staff without one; confirmed twice.
        CaseChanged: it was answered before, or the case has ended.
    """
    is_complainant = actor.kind == "complainant"
    if not note.strip() and not (is_complainant and arrived):
        text = _("Say what is wrong with it.") if is_complainant else _("Say how the complainant told you.")
        raise InvalidInput({"note": [text]})
    with _answering_case(complaint, actor, version) as case:
        row = RecordedPayment.objects.filter(complaint=case, pk=payment).first()
        was_confirmed = row is not None and row.status == Status.CONFIRMED
        if row is None or row.status == Status.DENIED or (was_confirmed and is_complainant):
            raise CaseChanged
        if was_confirmed and arrived:
            raise InvalidInput({"arrived": [_("This payment is confirmed already.")]})
        row.status = Status.CONFIRMED if arrived else Status.DENIED
        row.answered_at, row.answer_note = actor.moment, note.strip()
        row.save(update_fields=["status", "answered_at", "answer_note"])
        verb = Verb.PAYMENT_CONFIRMED if arrived else Verb.PAYMENT_DENIED
        event_record(case=case, verb=verb, actor=actor, payload={**_payment_payload(row), "note": row.answer_note})
        rows = list(money_of(case, actor.today).plan_rows)
        tasks_meet(case=case, rows=rows, actor=actor)
        if was_confirmed:
            tasks_reopen(case=case, rows=rows)
            tell_complainant(case, verb)
        if is_complainant:
            tell_department(case, responsible_department(case), verb)
    return row


@contextmanager
def _answering_case(complaint: ArrearsComplaint, actor: Actor, version: int | None) -> Iterator[ArrearsComplaint]:
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        if not roles_on(actor, case) & {Role.COMPLAINANT, *WORKING_ROLES}:
            raise ActionNotAllowed
        if not can_have_money(case):
            raise CaseChanged
        case.updated_at = actor.moment
        yield case


def plan_sign(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    signed_on: date,
    instalments: Sequence[Promise],
    uploads: Sequence[UploadedFile] = (),
    version: int | None = None,
) -> RepaymentPlan:
    """Record the plan that both sides signed; one before it is replaced. Each instalment becomes a task.

    Args:
        uploads: at most one file, the signed plan.
    Raises:
        InvalidInput: no instalment, two on one day, one before the signature, or more than is outstanding.
    """
    if signed_on > actor.today:
        raise InvalidInput({"signed_on": [_("This day lies in the future.")]})
    promised = sorted(instalments, key=lambda promise: promise.due_on)
    _check_promises(promised, signed_on)
    with money_case(complaint, actor, version) as case:
        _check_total(money_of(case, actor.today), promised)
        RepaymentPlan.objects.filter(complaint=case, replaced_at=None).update(replaced_at=actor.moment)
        plan = RepaymentPlan.objects.create(
            complaint=case,
            signed_on=signed_on,
            document=_proof(case, uploads, actor),
            recorded_by=actor.user,
            recorded_at=actor.moment,
        )
        Instalment.objects.bulk_create(
            Instalment(plan=plan, due_on=promise.due_on, amount=promise.amount) for promise in promised
        )
        rows = list(money_of(ArrearsComplaint.objects.get(pk=case.pk), actor.today).plan_rows)
        tasks_begin(case=case, plan=plan, rows=rows, actor=actor)
        total = sum((promise.amount for promise in promised), Decimal(0))
        payload = {"signed_on": signed_on, "total": f"{total:,.2f}", "last_on": promised[-1].due_on}
        event_record(case=case, verb=Verb.PLAN_SIGNED, actor=actor, payload=payload)
        tell_complainant(case, Verb.PLAN_SIGNED)
    return plan


def _check_promises(promised: Sequence[Promise], signed_on: date) -> None:
    problems, days = [], [promise.due_on for promise in promised]
    if not 1 <= len(promised) <= MOST_INSTALMENTS:
        problems.append(_("Give 1 to %(most)s instalments.") % {"most": MOST_INSTALMENTS})
    if len(set(days)) < len(days):
        problems.append(_("Two instalments are due on one day: put them together."))
    if any(day < signed_on for day in days):
        problems.append(_("An instalment is due before the plan was signed."))
    if any(promise.amount <= 0 for promise in promised):
        problems.append(_("Every instalment needs an amount above 0."))
    if problems:
        raise InvalidInput({"instalments": problems})


def _check_total(money: Money, promised: Sequence[Promise]) -> None:
    total = sum((promise.amount for promise in promised), Decimal(0))
    if total > money.unpromised:
        problem = _("The instalments make %(total)s yuan together; %(room)s yuan are open.")
        raise InvalidInput({"instalments": [problem % {"total": f"{total:,.2f}", "room": f"{money.unpromised:,.2f}"}]})


def _payment_payload(payment: RecordedPayment) -> dict[str, object]:
    return {"payment": payment.pk, "amount": f"{payment.amount:,.2f}", "paid_on": payment.paid_on}

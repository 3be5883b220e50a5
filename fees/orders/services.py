"""The commands around orders to a payee: issued, refunded, ended (价格违法行为行政处罚规定 art. 16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.parties.models import Role
from fees.orders import letters
from fees.orders.discretion import check_discreet
from fees.orders.models import Order, Payer
from fees.orders.payer_table import Owed, check_payers
from fees.orders.selectors import most_confiscated, order_sums
from fees.report.commands import side_command
from fees.report.flow import State
from fees.report.models import FeeReport
from fees.report.services import last_finding

ORDERING = frozenset({Role.HANDLING_CASEWORKER})
Kind, Outcome = Order.Kind, Order.Outcome
LONGEST_VOUCHER = 120
_CENT = Decimal("0.01")


def rectification_order(
    *, report: FeeReport, actor: Actor, text: str, due_on: date, version: int | None = None
) -> Order:
    """Order the payee to put right what was found.

    Args:
        text: what is ordered; it stands in the letter to the payee.
        due_on: today or later.
    Raises:
        InvalidInput: by field; also where the text names the reporter.
        CaseChanged: no violation waits to be put right.
    """
    _refuse(_wrong_order(text, due_on, actor))
    with side_command(report, ORDERING, actor, version) as case:
        _check_state(case)
        check_discreet(case, text=text)
        order = _create(case, Kind.RECTIFICATION, actor, text=text.strip(), due_on=due_on)
        order.letter = letters.issue_rectification_order(order, finding=last_finding(case), actor=actor)
        order.save(update_fields=["letter"])
        _record_issued(case, order, actor)
    return order


def refund_order(
    *,
    report: FeeReport,
    actor: Actor,
    text: str,
    due_on: date,
    payers: Sequence[Owed] = (),
    payers_unknown: bool = False,
    announcement: str = "",
    claim_at: str = "",
    announced_until: date | None = None,
    version: int | None = None,
) -> Order:
    """Order the payee to refund; payers that are hard to find are looked for by public notice from today (art. 16).

    Args:
        payers: those that are known.
        announcement: what payers are told to do.
        claim_at: where they come forward.
        announced_until: the last day of the notice.
    Raises:
        InvalidInput: by field: nobody to refund to, a payer that can't be, a notice that is incomplete or not needed.
        CaseChanged: no violation waits to be put right.
    """
    notice = {"announcement": announcement.strip(), "claim_at": claim_at.strip()}
    errors = {**_wrong_order(text, due_on, actor), **_wrong_notice(notice, announced_until, payers_unknown, actor)}
    if not payers and not payers_unknown:
        errors["payers"] = [_("Name the payers, or say that they are hard to find.")]
    _refuse(errors)
    owed = check_payers(payers)
    with side_command(report, ORDERING, actor, version) as case:
        _check_state(case)
        check_discreet(case, text=text, **notice)
        days = {"announced_on": actor.today, "announced_until": announced_until} if payers_unknown else {}
        order = _create(
            case, Kind.REFUND, actor, text=text.strip(), due_on=due_on, payers_unknown=payers_unknown, **notice, **days
        )
        rows = _add_payers(order, owed, actor)
        order.letter = letters.issue_refund_order(order, finding=last_finding(case), payers=rows, actor=actor)
        order.save(update_fields=["letter"])
        _record_issued(case, order, actor)
        if payers_unknown:
            event_record(case=case, verb=Verb.ORDER_ANNOUNCED, actor=actor, payload=days)
    return order


def payers_add(
    *, report: FeeReport, actor: Actor, order: int, payers: Sequence[Owed], version: int | None = None
) -> list[Payer]:
    """Add payers who came forward upon the public notice.

    An order that named its payers stands as its letter says: for others there is another order.

    Raises:
        InvalidInput: by field: no payer, one that can't be or is there already, or an order without a notice.
        CaseChanged: the order has its outcome.
    """
    if not payers:
        raise InvalidInput({"payers": [_("Name at least one payer.")]})
    with side_command(report, ORDERING, actor, version) as case:
        row = _open_order(case, order, Kind.REFUND)
        if not row.payers_unknown:
            raise InvalidInput({"order": [_("The letter of this order names its payers. Issue another order.")]})
        known = [Owed(one.name, one.code, one.amount) for one in row.payers.all()]
        return _add_payers(row, check_payers(payers, known), actor)


def refund_record(
    *,
    report: FeeReport,
    actor: Actor,
    payer: int,
    amount: Decimal,
    refunded_on: date,
    voucher: str = "",
    version: int | None = None,
) -> Payer:
    """Record that a payer got money back: all of it, or a part beside what was refunded before.

    Args:
        amount: yuan, beside what was recorded before.
        voucher: what proves it, such as the number of a transfer.
    Raises:
        InvalidInput: by field: not a payer here, an amount beyond what is owed, a day that can't be.
        CaseChanged: the order has its outcome.
    """
    with side_command(report, ORDERING, actor, version) as case:
        row = Payer.objects.select_related("order").filter(pk=payer, order__report=case).first()
        if row is None:
            raise InvalidInput({"payer": [_("Choose a payer of this report's orders.")]})
        order = _open_order(case, row.order_id, Kind.REFUND)
        _refuse({**_wrong_amount(row, amount), **_wrong_day(order, refunded_on, actor)})
        _refund(row, amount, refunded_on, voucher, actor)
        _record_refund(case, order, amount, actor)
    return row


def refund_record_all(
    *,
    report: FeeReport,
    actor: Actor,
    order: int,
    refunded_on: date,
    voucher: str,
    version: int | None = None,
) -> list[Payer]:
    """Record that every payer of an order got back all that was still owed.

    Returns:
        the payers that were still owed something.
    Raises:
        InvalidInput: by field: nothing is owed any more, no proof, a day that can't be.
        CaseChanged: the order has its outcome.
    """
    if not voucher.strip():
        raise InvalidInput({"voucher": [_("Say what proves that all was refunded.")]})
    with side_command(report, ORDERING, actor, version) as case:
        row = _open_order(case, order, Kind.REFUND)
        _refuse(_wrong_day(row, refunded_on, actor))
        owed = [payer for payer in row.payers.all() if payer.refunded < payer.amount]
        if not owed:
            raise InvalidInput({"order": [_("Nothing of this order is still to be refunded.")]})
        total = sum((payer.amount - payer.refunded for payer in owed), Decimal(0))
        for payer in owed:
            _refund(payer, payer.amount - payer.refunded, refunded_on, voucher, actor)
        _record_refund(case, row, total, actor)
    return owed


def order_end(
    *,
    report: FeeReport,
    actor: Actor,
    order: int,
    outcome: str,
    note: str = "",
    confiscated: Decimal = Decimal(0),
    version: int | None = None,
) -> Order:
    """Record what came of an order. What was not given back is confiscated (art. 16).

    Args:
        outcome: `done`, `partly`, `not_done` or `revoked`.
        note: what came of it; only what was carried out needs none.
        confiscated: yuan.
    Raises:
        InvalidInput: by field: no such outcome, no note, something is still owed, more confiscated than is owed.
        CaseChanged: the order has its outcome.
    """
    if outcome not in Outcome.values or outcome == Outcome.OPEN:
        raise InvalidInput({"outcome": [_("Choose one of these.")]})
    if outcome != Outcome.DONE and not note.strip():
        raise InvalidInput({"note": [_("Say what came of it.")]})
    with side_command(report, ORDERING, actor, version) as case:
        assert actor.user is not None  # nobody works in a department without an account
        row = _open_order(case, order)
        _refuse({**_wrong_outcome(row, outcome, actor), **_wrong_confiscation(case, row, outcome, confiscated)})
        row.outcome, row.outcome_note, row.confiscated = outcome, note.strip(), confiscated
        row.outcome_by, row.outcome_on = actor.user, actor.today
        row.save()
        payload = {"order": order_name(row), "code": outcome, "outcome": str(Outcome(outcome).label)}
        event_record(case=case, verb=Verb.ORDER_ENDED, actor=actor, payload=payload)
    return row


def order_name(order: Order) -> str:
    """Kind and document number."""
    return f"{order.get_kind_display()} {order.letter.number if order.letter else order.number}"


def _check_state(case: FeeReport) -> None:
    if case.state != State.VIOLATION_FOUND:
        raise CaseChanged


def _create(case: FeeReport, kind: str, actor: Actor, **values: object) -> Order:
    assert actor.user is not None  # nobody works in a department without an account
    number = case.orders.filter(kind=kind).count() + 1
    return Order.objects.create(
        report=case, kind=kind, number=number, issued_by=actor.user, issued_on=actor.today, **values
    )


def _record_issued(case: FeeReport, order: Order, actor: Actor) -> None:
    payload = {"order": order_name(order), "due": order.due_on}
    event_record(case=case, verb=Verb.ORDER_ISSUED, actor=actor, payload=payload)


def _add_payers(order: Order, owed: Sequence[Owed], actor: Actor) -> list[Payer]:
    begun = order.payers.count()
    return Payer.objects.bulk_create(
        Payer(order=order, number=number, name=one.name, code=one.code, amount=one.amount, recorded_by=actor.user)
        for number, one in enumerate(owed, start=begun + 1)
    )


def _open_order(case: FeeReport, pk: int, kind: str = "") -> Order:
    row = case.orders.select_related("letter").filter(pk=pk, **({"kind": kind} if kind else {})).first()
    if row is None:
        raise InvalidInput({"order": [_("Choose an order of this report.")]})
    if row.outcome != Outcome.OPEN:
        raise CaseChanged
    row.report = case
    return row


def _refund(payer: Payer, amount: Decimal, on: date, voucher: str, actor: Actor) -> None:
    """Each part keeps its proof."""
    proofs = "；".join(part for part in (payer.voucher, voucher.strip()) if part)
    if len(proofs) > LONGEST_VOUCHER:
        fault = _("All proofs of a payer have at most %(count)d characters.") % {"count": LONGEST_VOUCHER}
        raise InvalidInput({"voucher": [fault]})
    payer.refunded += amount
    payer.refunded_on, payer.voucher, payer.recorded_by = on, proofs, actor.user
    payer.save(update_fields=["refunded", "refunded_on", "voucher", "recorded_by"])


def _record_refund(case: FeeReport, order: Order, amount: Decimal, actor: Actor) -> None:
    """Without the payer: more people read the timeline than the list of payers."""
    payload = {"order": order_name(order), "amount": f"{amount:,.2f}"}
    event_record(case=case, verb=Verb.REFUND_RECORDED, actor=actor, payload=payload)


def _refuse(errors: dict[str, list[str]]) -> None:
    if errors:
        raise InvalidInput(errors)


def _wrong_order(text: str, due_on: date, actor: Actor) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not text.strip():
        errors["text"] = [_("Say what is ordered: the payee reads it.")]
    if due_on < actor.today:
        errors["due_on"] = [_("This day lies in the past.")]
    return errors


def _wrong_notice(
    notice: dict[str, str], until: date | None, payers_unknown: bool, actor: Actor
) -> dict[str, list[str]]:
    given = {**notice, "announced_until": until}
    if not payers_unknown:
        needless = _("A public notice is for payers that are hard to find.")
        return {name: [needless] for name, value in given.items() if value}
    errors = {name: [_("A public notice needs this.")] for name, value in given.items() if not value}
    if until and until < actor.today:
        errors["announced_until"] = [_("This day lies in the past.")]
    return errors


def _wrong_amount(payer: Payer, amount: Decimal) -> dict[str, list[str]]:
    if amount <= 0 or amount != amount.quantize(_CENT):
        return {"amount": [_("Enter yuan and fen, more than 0.")]}
    rest = payer.amount - payer.refunded
    if amount > rest:
        return {"amount": [_("Only %(rest)s yuan are still owed to this payer.") % {"rest": f"{rest:,.2f}"}]}
    return {}


def _wrong_day(order: Order, on: date, actor: Actor) -> dict[str, list[str]]:
    if not order.issued_on <= on <= actor.today:
        days = {"first": order.issued_on.isoformat(), "last": actor.today.isoformat()}
        return {"refunded_on": [_("A refund upon this order was made between %(first)s and %(last)s.") % days]}
    return {}


def _wrong_outcome(order: Order, outcome: str, actor: Actor) -> dict[str, list[str]]:
    if outcome != Outcome.DONE or order.kind != Kind.REFUND:
        return {}
    sums = order_sums(order)
    if sums.outstanding:
        owed = f"{sums.outstanding:,.2f}"
        return {"outcome": [_("%(owed)s yuan are still owed: it is not wholly carried out.") % {"owed": owed}]}
    if order.announced_until and actor.today <= order.announced_until:
        return {"outcome": [_("The public notice runs until %(day)s.") % {"day": order.announced_until.isoformat()}]}
    if not sums.refunded:
        return {"outcome": [_("No refund is recorded.")]}
    return {}


def _wrong_confiscation(case: FeeReport, order: Order, outcome: str, amount: Decimal) -> dict[str, list[str]]:
    if amount < 0 or amount != amount.quantize(_CENT):
        return {"confiscated": [_("Enter yuan and fen, 0 or more.")]}
    if not amount:
        return {}
    if order.kind != Kind.REFUND or outcome not in (Outcome.PARTLY, Outcome.NOT_DONE):
        return {"confiscated": [_("Only what a refund order left unpaid is confiscated.")]}
    most = most_confiscated(order, last_finding(case))
    if most is not None and amount > most:
        return {"confiscated": [_("At most %(most)s yuan were not given back.") % {"most": f"{most:,.2f}"}]}
    return {}

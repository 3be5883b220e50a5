"""Asking about a disclosure, the answer, and what follows: settled here, or handed on by a second person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.outbox import outbox_put_many
from casework.parties.models import User
from complaints.disclosure.access import may_decide, require_running
from complaints.disclosure.comparing import comparisons
from complaints.disclosure.law import correction_due, forward_of
from complaints.disclosure.letters import issue_correction_letter
from complaints.disclosure.mails import obligation_mail
from complaints.disclosure.models import DisclosureCorrection, DisclosureObligation

State, Way, Occasion = DisclosureCorrection.State, DisclosureCorrection.Way, DisclosureCorrection.Occasion
MAIL = "disclosure_correction"


def correction_ask(*, row: DisclosureObligation, user: User, reasons: str, way: str) -> DisclosureCorrection:
    """Ask a body to explain or correct what it disclosed, or why it has disclosed nothing; served at once.

    Args:
        way: of `DisclosureCorrection.Way`; a letter gets a number and is served on paper, a mail leaves by itself.
    Raises:
        ActionNotAllowed: the user doesn't work in the responsible department.
        InvalidInput: no reasons, an unknown way, or nothing to ask about before the due day.
        CaseChanged: a question is open already, or the body is off the list.
    """
    require_running(user, row.body.department)
    today = timezone.localdate()
    with transaction.atomic():
        locked = _locked_obligation(row)
        _check_question(locked, reasons, way, today)
        due = correction_due(today, locked.body.subject.division_id)
        asked = DisclosureCorrection(
            obligation=locked,
            occasion=Occasion.DOUBTED if locked.current else Occasion.MISSING,
            reasons=reasons.strip(),
            figures=_figures(locked, user),
            way=way,
            period=due.period,
            due_on=due.day,
            asked_by=user,
            asked_on=today,
        )
        if way == Way.LETTER:
            asked.letter = issue_correction_letter(asked, user=user)
        _save_only_open(asked)
        if way == Way.EMAIL:
            context = {"reasons": asked.reasons, "answer_due": asked.due_on.isoformat()}
            key = f"disclosure-correction-{asked.pk}"
            is_missing = asked.occasion == Occasion.MISSING
            outbox_put_many([obligation_mail(locked, MAIL, key, is_missing=is_missing, **context)])
    return asked


def _check_question(row: DisclosureObligation, reasons: str, way: str, today: date) -> None:
    errors = {}
    if not reasons.strip():
        errors["reasons"] = [_("Say what is to be explained or corrected, and why.")]
    if way not in Way.values:
        errors["way"] = [_("Choose one of these.")]
    if row.current is None and today <= row.due_on:
        errors[""] = [_("Nothing is disclosed yet, and there is still time: there is nothing to ask about.")]
    if errors:
        raise InvalidInput(errors)


def _figures(row: DisclosureObligation, user: User) -> dict[str, Any]:
    found = comparisons([row], user)[row.pk]
    return {
        "flag": str(found.flag),
        "complaints": len(found.claims),
        "outstanding": found.outstanding,
        "undisputed": found.undisputed,
        "disclosed": row.current.amount if row.current else None,
        "version": row.current.number if row.current else None,
    }


def _save_only_open(asked: DisclosureCorrection) -> None:
    try:
        with transaction.atomic():
            asked.save()
    except IntegrityError as error:
        if "disclosure_correction_one_open" not in str(error):
            raise
        raise CaseChanged(_("A question about this disclosure is open already.")) from error


def correction_explain(*, asked: DisclosureCorrection, text: str, user: User | None = None) -> DisclosureCorrection:
    """Answer with an explanation, once; a new version of the disclosure answers as well.

    Args:
        user: who registers it at the desk; None for the body itself, which proved its code.
    Raises:
        ActionNotAllowed: the user doesn't work in the responsible department.
        InvalidInput: nothing is said.
        CaseChanged: it doesn't wait for an answer any more.
    """
    if user is not None:
        require_running(user, asked.obligation.body.department)
    if not text.strip():
        raise InvalidInput({"text": [_("Write the explanation.")]})
    with transaction.atomic():
        row = _locked(asked, State.WAITING)
        row.state, row.answer, row.answered_on = State.ANSWERED, text.strip(), timezone.localdate()
        row.answered_at_desk_by = user
        row.save(update_fields=["state", "answer", "answered_on", "answered_at_desk_by"])
    return row


def correction_accept(*, asked: DisclosureCorrection, user: User, note: str) -> DisclosureCorrection:
    """Settle the question: the answer suffices, or it is taken back.

    Raises:
        ActionNotAllowed: the user doesn't work in the responsible department.
        InvalidInput: no note.
        CaseChanged: it is decided already, or waits for the second person.
    """
    require_running(user, asked.obligation.body.department)
    if not note.strip():
        raise InvalidInput({"note": [_("Say what settles it.")]})
    with transaction.atomic():
        row = _locked(asked, State.WAITING, State.ANSWERED)
        _close(row, State.ACCEPTED, user)
        row.close_note = note.strip()
        row.save()
    return row


def forward_propose(*, asked: DisclosureCorrection, user: User, authority: str, reasons: str) -> DisclosureCorrection:
    """Propose to hand it on to whoever is competent: art. 31(7) for organs and institutions, art. 34 for enterprises.

    Args:
        authority: the addressee's full name.
    Raises:
        ActionNotAllowed: the user doesn't work in the responsible department.
        InvalidInput: a field is empty, or the body still has time to answer.
        CaseChanged: it is decided or proposed already.
    """
    require_running(user, asked.obligation.body.department)
    errors = {name: [_("Fill in this field.")] for name, text in (("authority", authority), ("reasons", reasons))
              if not text.strip()}  # fmt: skip
    if errors:
        raise InvalidInput(errors)
    today = timezone.localdate()
    with transaction.atomic():
        row = _locked(asked, State.WAITING, State.ANSWERED)
        if row.state == State.WAITING and today <= row.due_on:
            raise InvalidInput({"": [_("The body may still answer until the due day. Wait for it.")]})
        term = forward_of(row.obligation.kind, today)
        row.state, row.proposed_by, row.proposed_on = State.FORWARD_PROPOSED, user, today
        row.forward_to, row.forward_citation = term.code, term.citation
        row.forward_authority, row.forward_reasons = authority.strip(), reasons.strip()
        row.save()
    return row


def forward_confirm(
    *, asked: DisclosureCorrection, user: User, document_number: str, document_date: date
) -> DisclosureCorrection:
    """Hand it on, as a head of the department who didn't propose it; with number and date of the document.

    Raises:
        ActionNotAllowed: not a head of the department, or the one who proposed it.
        InvalidInput: no number, or a day before the proposal or to come.
        CaseChanged: it isn't proposed any more.
    """
    errors = {}
    if not document_number.strip():
        errors["document_number"] = [_("Give the number of the document that hands it on.")]
    if document_date > timezone.localdate():
        errors["document_date"] = [_("This day lies in the future.")]
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        row = _for_second_person(asked, user)
        if row.proposed_on is not None and document_date < row.proposed_on:
            raise InvalidInput({"document_date": [_("The document can't be older than the proposal.")]})
        _close(row, State.FORWARDED, user)
        row.document_number, row.document_date = document_number.strip(), document_date
        row.save()
    return row


def forward_decline(*, asked: DisclosureCorrection, user: User, reason: str) -> DisclosureCorrection:
    """Not hand it on: it goes back to whoever works on it.

    Raises:
        ActionNotAllowed: not a head of the department, or the one who proposed it.
        InvalidInput: no reason.
        CaseChanged: it isn't proposed any more.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say why it isn't handed on.")]})
    with transaction.atomic():
        row = _for_second_person(asked, user)
        row.state = State.ANSWERED if row.answered_on else State.WAITING
        row.declined_reason, row.declined_by = reason.strip(), user
        row.save(update_fields=["state", "declined_reason", "declined_by"])
    return row


def _for_second_person(asked: DisclosureCorrection, user: User) -> DisclosureCorrection:
    if not may_decide(user, asked.obligation.body.department):
        raise ActionNotAllowed(_("Only a head of the responsible department decides this."))
    row = _locked(asked, State.FORWARD_PROPOSED)
    if row.proposed_by_id == user.pk:
        raise ActionNotAllowed(_("You proposed this yourself: a second person decides."))
    return row


def _close(row: DisclosureCorrection, state: str, user: User) -> None:
    row.state, row.closed_by, row.closed_on = state, user, timezone.localdate()


def _locked(asked: DisclosureCorrection, *states: str) -> DisclosureCorrection:
    # The obligation first, as a submission does: the two never wait for each other.
    DisclosureObligation.objects.select_for_update(of=("self",)).get(pk=asked.obligation_id)
    rows = DisclosureCorrection.objects.select_for_update(of=("self",)).select_related("obligation__body__department")
    row: DisclosureCorrection = rows.get(pk=asked.pk)
    if row.state not in states:
        raise CaseChanged(_("Somebody else acted first: this question is now in the state “%(state)s”.")
                          % {"state": row.get_state_display()})  # fmt: skip
    return row


def _locked_obligation(row: DisclosureObligation) -> DisclosureObligation:
    rows = DisclosureObligation.objects.select_for_update(of=("self",))
    locked: DisclosureObligation = rows.select_related(
        "body__department__division", "body__subject__division", "period", "current"
    ).get(pk=row.pk)
    if locked.body.retired_on is not None:
        raise CaseChanged(_("This body is off the list."))
    return locked

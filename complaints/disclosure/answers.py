"""What is disclosed: kept as a draft, submitted by the body with its code, or registered for it at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.errors import CaseChanged, CaseNotFound, InvalidInput
from casework.cases.references import clean_secret, secret_matches
from casework.parties.models import User
from complaints.disclosure.access import require_running
from complaints.disclosure.law import media_of
from complaints.disclosure.models import Disclosure, DisclosureCorrection, DisclosureObligation, ObligedBody

Medium = Disclosure.Medium
State = DisclosureCorrection.State
LONGEST_CELL = 500


@dataclass(frozen=True, slots=True)
class Figures:
    """What a body says about a year.

    Attributes:
        nothing_overdue: said explicitly; then the figures are 0.
        amount, disputed: yuan.
        place: where it was published: an address, or a newspaper and its issue.
        reported_to, reported_on: the report upwards of art. 22; "" and None without one.
    """

    nothing_overdue: bool
    medium: str
    place: str
    published_on: date
    contracts: int = 0
    amount: Decimal = Decimal(0)
    disputed: Decimal = Decimal(0)
    longest_days: int = 0
    reported_to: str = ""
    reported_on: date | None = None
    note: str = ""


FIELDS = tuple(Figures.__dataclass_fields__)


def body_by_code(reference: str, code: str) -> ObligedBody:
    """The body on a list whose access code this is.

    Raises:
        CaseNotFound: unknown, off the list or wrong; which of them is told to nobody.
    """
    rows = ObligedBody.objects.select_related("department", "subject").filter(retired_on=None)
    body: ObligedBody | None = rows.filter(reference=reference.strip().upper()).first()
    if body is None or not secret_matches(clean_secret(code), body.code_hash):
        raise CaseNotFound(_("Reference and access code don't fit. Both stand in the mail from your department."))
    return body


def obligation_of(body: ObligedBody, year: int) -> DisclosureObligation:
    """The body's obligation for a year, with all that its page shows.

    Raises:
        CaseNotFound: the body was not asked about it.
    """
    rows = DisclosureObligation.objects.select_related("body__department", "body__subject", "period", "current")
    found: DisclosureObligation | None = rows.filter(body=body, year=year).first()
    if found is None:
        raise CaseNotFound(_("You were not asked about this year."))
    return found


def disclosure_save_draft(*, row: DisclosureObligation, typed: Mapping[str, Any], version: int) -> DisclosureObligation:
    """Keep what was typed so far, however wrong; what is disclosed stays as it is.

    Args:
        typed: texts by the names in `FIELDS`.
        version: of the obligation that was being looked at.
    Raises:
        CaseChanged: written elsewhere meanwhile.
    """
    with transaction.atomic():
        locked = _locked(row, version)
        locked.draft = {name: str(typed.get(name) or "").strip()[:LONGEST_CELL] for name in FIELDS}
        locked.saved_at, locked.version = timezone.now(), locked.version + 1
        locked.save(update_fields=["draft", "saved_at", "version"])
    return locked


def disclosure_submit(
    *, row: DisclosureObligation, figures: Figures, version: int, user: User | None = None, on: date | None = None
) -> Disclosure:
    """Disclose, or correct what was disclosed: a new version, which answers an open question as well.

    Args:
        version: of the obligation that was being looked at.
        user: who registers it at the desk; None for the body itself, which proved its code.
        on: the day of the registration; today without it. Only seeding sets it.
    Raises:
        ActionNotAllowed: the user doesn't work in the responsible department.
        InvalidInput: by field.
        CaseChanged: written elsewhere meanwhile, or the body is off the list.
    """
    if user is not None:
        require_running(user, row.body.department)
    day = on or timezone.localdate()
    check_figures(figures, row, day)
    with transaction.atomic():
        locked = _locked(row, version)
        number = locked.disclosures.count() + 1
        values = {name: getattr(figures, name) for name in FIELDS}
        made = Disclosure.objects.create(
            obligation=locked, number=number, submitted_at=timezone.now(), registered_by=user, **values
        )
        locked.current, locked.draft, locked.version = made, {}, locked.version + 1
        locked.disclosed_on = locked.disclosed_on or day
        locked.published_on = locked.published_on or figures.published_on
        locked.save(update_fields=["current", "draft", "version", "disclosed_on", "published_on"])
        _answer_question(locked, made, user, day)
    return made


def _answer_question(row: DisclosureObligation, made: Disclosure, user: User | None, day: date) -> None:
    rows = DisclosureCorrection.objects.select_for_update(of=("self",)).filter(obligation=row)
    asked = rows.filter(state__in=(State.WAITING, State.ANSWERED)).first()
    if asked is not None:
        asked.state, asked.disclosure, asked.answered_on = State.ANSWERED, made, day
        asked.answered_at_desk_by = user
        asked.save(update_fields=["state", "disclosure", "answered_on", "answered_at_desk_by"])


def check_figures(figures: Figures, row: DisclosureObligation, today: date) -> None:
    """Whether this can be disclosed; writes nothing.

    Raises:
        InvalidInput: by field, each with the remedy.
    """
    errors = _nothing_errors(figures) if figures.nothing_overdue else _amount_errors(figures)
    errors |= _published_errors(figures, row, today)
    if bool(figures.reported_to.strip()) != (figures.reported_on is not None):
        name = "reported_on" if figures.reported_on is None else "reported_to"
        errors[name] = [_("Give both: to whom you reported, and on which day.")]
    if figures.reported_on is not None and figures.reported_on > today:
        errors["reported_on"] = [_("This day lies in the future.")]
    if errors:
        raise InvalidInput(errors)


def _nothing_errors(figures: Figures) -> dict[str, list[str]]:
    said = [name for name in ("contracts", "amount", "disputed", "longest_days") if getattr(figures, name)]
    text = _("You say that nothing was overdue: leave this empty, or take that back.")
    return {name: [text] for name in said}


def _amount_errors(figures: Figures) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name in ("contracts", "amount", "longest_days"):
        if getattr(figures, name) <= 0:
            errors[name] = [_("Give a number above 0, or say that nothing was overdue.")]
    if figures.disputed < 0:
        errors["disputed"] = [_("Give 0 or more.")]
    elif figures.disputed > figures.amount:
        errors["disputed"] = [_("The disputed part can't be more than the whole overdue amount.")]
    return errors


def _published_errors(figures: Figures, row: DisclosureObligation, today: date) -> dict[str, list[str]]:
    errors = {}
    if figures.medium not in dict(media_of(row.kind)):
        errors["medium"] = [_("Choose one of these.")]
    if not figures.place.strip():
        errors["place"] = [_("Say where it can be read: the address, or the newspaper and its issue.")]
    elif figures.medium == Medium.WEBSITE and not _is_address(figures.place):
        errors["place"] = [_("Give the whole address of the page, with https:// in front.")]
    if figures.published_on > today:
        errors["published_on"] = [_("This day lies in the future. Register the disclosure once it is published.")]
    elif figures.published_on.year <= row.year:
        errors["published_on"] = [_("Figures of the whole year can only be published after its end.")]
    return errors


def _is_address(text: str) -> bool:
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        return False
    return True


def _locked(row: DisclosureObligation, version: int) -> DisclosureObligation:
    rows = DisclosureObligation.objects.select_for_update(of=("self",)).select_related("body__department")
    locked: DisclosureObligation = rows.get(pk=row.pk)
    if locked.version != version:
        raise CaseChanged(_("This was written elsewhere meanwhile. Reload the page and look at what it says now."))
    if locked.body.retired_on is not None:
        raise CaseChanged(_("This body is off the list."))
    return locked

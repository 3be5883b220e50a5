"""Who holds a case on the complainant's side: set as it is filed, or when it is brought in with its secret.

A case that a firm or an agent holds has no secret: whoever leaves the firm, or whose power of attorney ends, would
go on opening it with the receipt.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.accounts.models import CaseSide, Firm, Mandate
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.cases.models import Case
from casework.cases.pages import is_followed_by_its_filer
from casework.cases.references import hash_secret, new_secret
from casework.parties.models import User

MYSELF = "myself"


@dataclass(frozen=True, slots=True)
class Holder:
    """For whom an account may file: itself, one of its firms, or a principal.

    Attributes:
        value: as the session and the forms name it.
    """

    value: str
    name: str
    code: str = ""
    firm: Firm | None = None
    mandate: Mandate | None = None


def holders_of(user: User) -> list[Holder]:
    """For whom an account may file today, without itself; firms first."""
    if user.is_staff or not user.is_active:
        return []
    firms = Firm.objects.visible_to(user)
    mandates = Mandate.objects.filter(agent=user).valid_on(timezone.localdate())
    return [
        *(Holder(f"firm-{firm.pk}", firm.name, firm.code, firm=firm) for firm in firms),
        *(Holder(f"mandate-{row.pk}", row.principal_name, row.principal_code, mandate=row) for row in mandates),
    ]


def side_of_filing(case: Case) -> None:
    """Give a new case to the firm or the agent that it was filed for; in the filing's transaction.

    Where the account chose nobody, the code of the complainant says it.

    Raises:
        InvalidInput: the code isn't that of the one chosen, or the power of attorney for it has ended.
    """
    user = case.complainant_user
    if user is None or user.is_staff or user.files_for in (None, MYSELF):
        return
    holder = _chosen(case, user, str(user.files_for))
    if holder is not None:
        _hold(case, holder, user)


def _chosen(case: Case, user: User, chosen: str) -> Holder | None:
    holders = holders_of(user)
    if not chosen:
        fitting = [holder for holder in holders if holder.code == case.complainant_code]
        if not fitting:
            _refuse_ended(case, user)
        return fitting[0] if fitting else None
    holder = next((known for known in holders if known.value == chosen), None)
    if holder is None:
        remedy = _("You may no longer file for the one that you chose. Choose anew, then send this again.")
        raise InvalidInput({"complainant_code": [remedy]})
    if holder.code != case.complainant_code:
        remedy = _("You file for %(name)s, whose code is %(code)s. Correct the code, or choose for whom you file.")
        raise InvalidInput({"complainant_code": [remedy % {"name": holder.name, "code": holder.code}]})
    return holder


def _refuse_ended(case: Case, user: User) -> None:
    """Without this, what an agent files a day too late would quietly become the agent's own case."""
    if Mandate.objects.filter(agent=user, principal_code=case.complainant_code).exists():
        remedy = _("Your power of attorney for this enterprise is not valid today. Enter the new one in your account.")
        raise InvalidInput({"complainant_code": [remedy]})


def _hold(case: Case, holder: Holder, user: User) -> None:
    CaseSide.objects.create(
        case=Case(pk=case.pk), firm=holder.firm, mandate=holder.mandate, made_by=user, made_at=timezone.now()
    )
    # Nobody knows the new one.
    case.secret_hash = hash_secret(new_secret())
    Case.objects.filter(pk=case.pk).update(secret_hash=case.secret_hash)


def case_claim(*, case: Case, user: User, firm: Firm | None = None) -> None:
    """Bring a case, whose secret was just proved, into the account or one of its firms.

    Raises:
        ActionNotAllowed: staff, or not a member of the firm.
        InvalidInput: for `reference`; the case can't stand in an account, or stands in another one.
    """
    if user.is_staff or (firm is not None and not Firm.objects.visible_to(user).filter(pk=firm.pk).exists()):
        raise ActionNotAllowed
    with transaction.atomic():
        row = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if fault := _claim_fault(row, case, user, firm):
            raise InvalidInput({"reference": [fault]})
        if row.complainant_user is None or not row.complainant_user.is_active:
            row.complainant_user = user
            Case.objects.filter(pk=row.pk).update(complainant_user=user)
        if firm is not None:
            _hold(row, Holder("", firm.name, firm.code, firm=firm), user)


def _claim_fault(row: Case, proved: Case, user: User, firm: Firm | None) -> str:
    if row.secret_hash != proved.secret_hash or CaseSide.objects.filter(case=row.pk).exists():
        return _("This case was brought into an account meanwhile.")
    if not is_followed_by_its_filer(row):
        return _("What is opened with an access code, such as a credit record, can't stand in an account.")
    if not row.complainant_name:
        return _("This was filed without a name, and so it stays: only reference and secret open it.")
    filer = row.complainant_user
    if filer is not None and filer.pk != user.pk and filer.is_active:
        return _("This case stands in another account. Whoever signs in there can bring it into a shared firm.")
    if firm is not None and row.complainant_code != firm.code:
        return _("This case was filed for another enterprise: the codes differ.")
    return ""

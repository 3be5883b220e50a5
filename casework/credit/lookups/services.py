"""What applies to a subject today, for a department that has to act on it. Every answer is logged with its purpose.

Decree 802 art. 26 has measures carried out by many departments: each asks before it grants, admits or awards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.credit.lookups.models import SubjectLookup
from casework.credit.measures.models import Measure
from casework.credit.record.models import CreditRecord
from casework.credit.record.selectors import effective_on, with_mark
from casework.parties.models import Role, Subject, User
from casework.parties.perms import AnyUser, departments_with
from casework.parties.validators import clean_credit_code, validate_credit_code

# Those who look after accounts or fee lists have no business with records (art. 25(5)).
ASKING_ROLES = (
    Role.RECEIVING_CLERK,
    Role.HANDLING_CASEWORKER,
    Role.CREDIT_OFFICER,
    Role.DEPARTMENT_HEAD,
    Role.SUPERVISOR,
    Role.AUDITOR,
)
LEAST_PURPOSE = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What applies to a subject on a day. Of one without records in effect nothing is told but the code."""

    code: str
    today: date
    records: tuple[CreditRecord, ...]
    measures: tuple[Measure, ...]

    @property
    def subject(self) -> Subject | None:
        """The organisation; None unless a record of it has an effect, so that nobody learns which codes are known."""
        return self.records[0].subject if self.records else None


def subject_lookup(*, user: AnyUser, code: str, purpose: str, department: int | None = None) -> Answer:
    """Answer a department's question about a subject, and log it in the same transaction.

    Args:
        purpose: what the answer is for, in words.
        department: for which of the user's departments; may be left out by whoever has one.
    Raises:
        ActionNotAllowed: no role in an active department that works on cases.
        InvalidInput: by field: no valid code, no purpose, none of the user's departments, or which one isn't said.
    """
    own = asking_departments(user)
    if not isinstance(user, User) or not own:
        raise ActionNotAllowed(_("Only staff of a department that works on cases can look up a subject."))
    asked = clean_credit_code(code)
    asking = _check(asked, purpose.strip(), department, own)
    with transaction.atomic():
        SubjectLookup.objects.create(user=user, department_id=asking, code=asked, purpose=purpose.strip())
        return _answer(asked, timezone.localdate())


def asking_departments(user: AnyUser) -> frozenset[int]:
    """Ids of the active departments for which the user may ask."""
    asking = departments_with(user, *ASKING_ROLES)
    roles = user.held_roles if isinstance(user, User) else ()
    return frozenset(held.department_id for held in roles if held.department_id in asking and held.department.is_active)


def _check(code: str, purpose: str, department: int | None, own: frozenset[int]) -> int:
    errors: dict[str, list[str]] = {}
    try:
        validate_credit_code(code)
    except ValidationError as error:
        errors["code"] = error.messages
    if len(purpose) < LEAST_PURPOSE:
        errors["purpose"] = [_("Say what the answer is for, such as the application that is decided on.")]
    asking = department if department is not None or len(own) > 1 else next(iter(own))
    if asking not in own:
        ids = ", ".join(str(pk) for pk in sorted(own))
        errors["department"] = [_("Say for which of your departments you ask: %(ids)s.") % {"ids": ids}]
    if errors or asking is None:
        raise InvalidInput(errors)
    return asking


def _answer(code: str, today: date) -> Answer:
    """Records in effect, published or not; what is withheld or set aside counts for nobody, nor do its measures."""
    shown = effective_on(today).filter(subject=code, withheld_since=None)
    records = with_mark(shown).select_related("subject", "severity", "receiving_department").order_by("-pk")
    measures = Measure.objects.applied_on(today).filter(record__in=shown.values("pk"))
    rows = measures.select_related("item", "department", "record").order_by("-record_id", "pk")
    return Answer(code, today, tuple(records), tuple(rows))

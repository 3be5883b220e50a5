"""What the responsible department does to its list of obliged bodies; one transaction each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.references import hash_secret, new_idempotency_key, next_reference
from casework.parties.models import Department, Subject, SubjectType, User
from casework.parties.validators import clean_credit_code
from complaints.disclosure.access import require_running
from complaints.disclosure.mails import derived_code, put_code_mail
from complaints.disclosure.models import OBLIGED_KINDS, ObligedBody

SUBJECT_FIELDS = ("code", "name", "kind", "division")
BODY_FIELDS = ("is_state_owned", "authority", "contact_name", "contact_phone", "contact_email")
CONTACT_FIELDS = ("authority", "contact_name", "contact_phone", "contact_email")


def body_register(
    *, department: Department, user: User, data: Mapping[str, Any], development: bool = False
) -> tuple[ObligedBody, str]:
    """Put a body on the department's list, and mail it its access code.

    Args:
        data: `SUBJECT_FIELDS` and `BODY_FIELDS`.
    Returns:
        the body, and the access code, which is shown now and never again.
    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        InvalidInput: by field; also where it is on a list already, or lies outside the department's division.
    """
    require_running(user, department)
    subject = read_subject(data, development=development)
    body = ObligedBody(
        **{name: data[name] for name in BODY_FIELDS if name in data},
        subject=subject,
        department=department,
        registered_by=user,
        reference=next_reference("GS", timezone.localdate().year),
    )
    code = _give_code(body, user)
    check_body(body)
    try:
        with transaction.atomic():
            _keep_subject(subject)
            body.save()
            put_code_mail(body)
    except IntegrityError as error:
        if "obligedbody_subject" not in str(error):
            raise
        raise InvalidInput({"code": [_on_a_list()]}) from error
    return body, code


def _on_a_list() -> str:
    return _("This body is on a list already.")


def _keep_subject(subject: Subject) -> None:
    """Enter it, or make it findable for everybody: that it must disclose is no secret."""
    changed = ["name", "kind", "division", "is_listed", "updated_at"]
    Subject.objects.bulk_create([subject], update_conflicts=True, unique_fields=["code"], update_fields=changed)


def read_subject(data: Mapping[str, Any], *, development: bool = False) -> Subject:
    """The organisation as the open register knows it, or as the department says; not saved.

    What the register only has from a case is neither told here nor in the way: the department's word takes its place.

    Raises:
        InvalidInput: the register knows the code under another name, kind or place.
    """
    given = {name: data[name] for name in SUBJECT_FIELDS}
    given["code"], given["name"] = clean_credit_code(given["code"]), given["name"].strip()
    known = Subject.objects.select_related("division").filter(pk=given["code"], is_listed=True).first()
    if known is None:
        return Subject(**given, is_development=development)
    faults = {}
    if known.name != given["name"]:
        faults["name"] = [_("The register has this code as “%(name)s”.") % {"name": known.name}]
    if known.kind != given["kind"]:
        faults["kind"] = [_("The register has it as: %(kind)s.") % {"kind": known.get_kind_display()}]
    if known.division != given["division"]:
        faults["division"] = [_("The register has it in %(place)s.") % {"place": known.division.name}]
    if faults:
        raise InvalidInput(faults)
    return known


def check_body(body: ObligedBody) -> None:
    """Whether a body may stand on its department's list; writes nothing.

    Raises:
        InvalidInput: by field.
    """
    errors = _field_errors(body)
    subject = body.subject
    if subject.kind not in OBLIGED_KINDS:
        errors["kind"] = [_("Only organs, institutions and large enterprises disclose (Decree 802 art. 18).")]
    if body.is_state_owned and subject.kind != SubjectType.LARGE_ENTERPRISE:
        errors["is_state_owned"] = [_("Only a large enterprise is state-owned in the sense of art. 22.")]
    if not subject.division_id.startswith(body.department.division.prefix):
        errors["division"] = [_("This place doesn't lie in the division of the department.")]
    if body._state.adding and ObligedBody.objects.filter(subject_id=subject.pk).exists():
        errors["code"] = [_on_a_list()]
    if errors:
        raise InvalidInput(errors)


def _field_errors(body: ObligedBody) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for row, left_out in ((body, {"subject", "department"}), (body.subject, {"division", "kind"})):
        try:
            row.clean_fields(exclude=left_out)
        except ValidationError as error:
            errors |= error.message_dict
    return errors


def body_change_contact(*, body: ObligedBody, user: User, data: Mapping[str, Any]) -> ObligedBody:
    """Write who is to be asked at a body, and its authority in charge.

    Args:
        data: `CONTACT_FIELDS`.
    Raises:
        ActionNotAllowed, InvalidInput, CaseChanged.
    """
    require_running(user, body.department)
    with transaction.atomic():
        row = _locked_body(body)
        for name in CONTACT_FIELDS:
            setattr(row, name, data[name])
        check_body(row)
        row.save(update_fields=CONTACT_FIELDS)
    return row


def body_code_renew(*, body: ObligedBody, user: User) -> tuple[ObligedBody, str]:
    """Give a body a new access code and mail it; the old one opens nothing any more.

    Returns:
        the body, and the code, which is shown now and never again.
    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        CaseChanged: it is off the list.
    """
    require_running(user, body.department)
    with transaction.atomic():
        row = _locked_body(body)
        code = _give_code(row, user)
        row.save(update_fields=["code_key", "code_hash", "code_made_at", "code_made_by"])
        put_code_mail(row)
    return row, code


def body_retire(*, body: ObligedBody, user: User, reason: str) -> ObligedBody:
    """Take a body off the list: it is asked no more and named as missing no more; what it disclosed stays.

    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        InvalidInput: no reason.
        CaseChanged: it is off the list already.
    """
    require_running(user, body.department)
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say why the body is taken off the list.")]})
    with transaction.atomic():
        row = _locked_body(body)
        row.retired_on, row.retired_by, row.retire_reason = timezone.localdate(), user, reason.strip()
        row.save(update_fields=["retired_on", "retired_by", "retire_reason"])
    return row


def _give_code(body: ObligedBody, user: User) -> str:
    body.code_key = new_idempotency_key()
    code = derived_code(body.code_key)
    body.code_hash, body.code_made_at, body.code_made_by = hash_secret(code), timezone.now(), user
    return code


def _locked_body(body: ObligedBody) -> ObligedBody:
    rows = ObligedBody.objects.select_for_update(of=("self",)).select_related("department__division", "subject")
    row: ObligedBody = rows.get(pk=body.pk)
    if row.retired_on is not None:
        raise CaseChanged(_("This body is off the list."))
    return row

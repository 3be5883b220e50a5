"""Powers of attorney: entering one with its document, taking it in as the principal, ending it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.accounts.firms import member_of
from casework.accounts.models import Firm, FirmRole, Mandate
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.cases.references import derive_secret, hash_secret
from casework.documents.evidence import content_type_of, digest_of, evidence_fault
from casework.parties.models import User
from casework.parties.validators import clean_credit_code

FIELDS = ("agent_name", "kind", "principal_name", "principal_code", "scope", "valid_from", "valid_to")


def mandate_code(mandate: Mandate) -> str:
    """What the agent hands to the principal, so that its firm sees the mandate and its cases, and can end it."""
    return derive_secret(f"mandate|{mandate.key}")


def mandate_enter(
    *, user: User, data: Mapping[str, object], upload: UploadedFile | None, is_development: bool = False
) -> Mandate:
    """Enter a power of attorney. From its first day until its last the account acts for the principal.

    Args:
        data: by the names of `FIELDS`.
        upload: the signed document.
    Raises:
        ActionNotAllowed: staff.
        InvalidInput: by field.
    """
    if user.is_staff:
        raise ActionNotAllowed
    row = Mandate(**{name: data[name] for name in FIELDS if name in data}, agent=user, made_at=timezone.now())
    row.principal_code, row.is_development = clean_credit_code(row.principal_code or ""), is_development
    row.key = secrets.token_urlsafe(24)
    row.code_hash = hash_secret(mandate_code(row))
    faults = _faults(row, upload)
    if faults or upload is None:
        raise InvalidInput(faults)
    row.document, row.document_name = upload, PurePath(upload.name or "").name[-200:]
    row.document_type, row.document_sha256 = content_type_of(upload) or "", digest_of(upload)
    row.save()
    return row


def _faults(row: Mandate, upload: UploadedFile | None) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    try:
        row.clean_fields(exclude={field.name for field in Mandate._meta.get_fields()} - set(FIELDS))
    except ValidationError as error:
        faults = dict(error.message_dict)
    if row.valid_from and row.valid_to and "valid_to" not in faults and "valid_from" not in faults:
        if row.valid_to < row.valid_from:
            faults["valid_to"] = [_("The last day can't be before the first.")]
        elif row.valid_to < timezone.localdate():
            faults["valid_to"] = [_("This power of attorney has ended already.")]
    if upload is None:
        faults["document"] = [_("Choose the signed power of attorney as a file.")]
    elif fault := evidence_fault(upload):
        faults["document"] = [fault]
    return faults


def mandate_take_in(*, firm: Firm, user: User, code: str) -> Mandate:
    """Take a mandate into the principal's firm with the code that the agent handed over.

    Raises:
        ActionNotAllowed: not an owner of the firm.
        InvalidInput: for `code`; unknown, for another enterprise, or another firm's already.
    """
    with transaction.atomic():
        member_of(firm, user, FirmRole.OWNER)
        row = Mandate.objects.select_for_update(of=("self",)).filter(code_hash=hash_secret(code)).first()
        if row is None or row.principal_code != firm.code:
            raise InvalidInput({"code": [_("No power of attorney for your enterprise has this code. Ask the agent.")]})
        if row.firm_id not in (None, firm.pk):
            raise InvalidInput(
                {"code": [_("Another firm took this power of attorney in. Ask the agent for a new one.")]}
            )
        row.firm = firm
        row.save(update_fields=["firm"])
    return row


def mandate_end(*, mandate: Mandate, user: User) -> None:
    """End a power of attorney: the agent gives it up, or an owner of the principal's firm revokes it.

    The agent's access ends with the commit; what was filed stays.

    Raises:
        ActionNotAllowed: neither of the two.
    """
    with transaction.atomic():
        row = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
        if row.agent_id != user.pk:
            if row.firm is None:
                raise ActionNotAllowed
            member_of(row.firm, user, FirmRole.OWNER)
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = timezone.now(), user
            row.save(update_fields=["revoked_at", "revoked_by"])

"""Filing a case once, however often the request arrives: the frame that every kind shares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.cases.models import Case
from casework.cases.references import derive_secret
from casework.cases.timeline import json_ready

CaseType = TypeVar("CaseType", bound=Case)
LEAST_KEY = 16
_filed: list[Callable[[Case], None]] = []


def register_filed(follow: Callable[[Case], None]) -> None:
    """Say what else happens in the transaction of every filing; called from an app's ready(). It may refuse."""
    if follow not in _filed:
        _filed.append(follow)


@dataclass(frozen=True)
class Filing(Generic[CaseType]):
    """What a filing gives back.

    Attributes:
        secret: shown once; only its hash is stored.
        is_new: False for a retried request.
    """

    case: CaseType
    secret: str
    is_new: bool


def file_once(
    *, model: type[CaseType], data: Mapping[str, object], key: str, create: Callable[[str], CaseType]
) -> Filing[CaseType]:
    """File a case; a double click or a retried request with the same key and content finds the first one.

    Args:
        data: what is filed, for telling a repeat from another filing under the same key.
        key: at least 16 characters, new for each filing.
        create: makes and stores the case within a transaction; gets the digest of what is filed.
    Raises:
        InvalidInput: for `idempotency_key`, or what `create` refuses; nothing is written.
    """
    if len(key) < LEAST_KEY:
        raise InvalidInput({"idempotency_key": [_("Give a key of at least 16 random characters.")]})
    digest = hashlib.sha256(json.dumps(json_ready(data), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    if (existing := _filed_before(model, key, digest)) is not None:
        return existing
    try:
        with transaction.atomic():
            case = create(digest)
            for follow in _filed:
                follow(case)
            return Filing(case, derive_secret(key), is_new=True)
    except IntegrityError:
        # The same request arrived twice at once and the other one came first.
        if (existing := _filed_before(model, key, digest)) is not None:
            return existing
        raise


def _filed_before(model: type[CaseType], key: str, digest: str) -> Filing[CaseType] | None:
    case = cast("CaseType | None", model._default_manager.filter(idempotency_key=key).first())
    if case is None:
        return None
    # A key that meets other content is a mistake or a guess: the first filing's secret is not for this request.
    if case.filing_digest != digest:
        raise InvalidInput({"idempotency_key": [_("This key was used for another filing. Use a new key.")]})
    return Filing(case, derive_secret(key), is_new=False)


def validate_case(case: Case, *, exclude: tuple[str, ...] = ()) -> None:
    """Check a new case's fields before it is stored.

    Raises:
        InvalidInput: by field.
    """
    try:
        # Uniqueness is the database's word: asking first would turn a double click into an error.
        case.full_clean(
            exclude=["receiving_department", "reference", "case_ptr", *exclude],
            validate_unique=False,
            validate_constraints=False,
        )
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error

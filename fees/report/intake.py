"""How a report arrives: filed online by the enterprise, or registered by a clerk from a call, letter or petition."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_start, refresh_next_due
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.cases.filing import Filing, file_once, validate_case
from casework.cases.notify import tell_department
from casework.cases.references import derive_secret, hash_secret, new_idempotency_key, next_reference
from casework.cases.terms import term_in_force
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.documents.evidence import evidence_attach_staged, evidence_record
from casework.parties.models import Department, Role
from casework.parties.perms import departments_with
from fees.report import letters
from fees.report.commands import tell_reporter
from fees.report.flow import KIND
from fees.report.models import FeeReport, Source
from fees.report.routing import registering_department_for
from fees.report.verdicts import charge_check

REFERENCE_PREFIX = "SF"
ACCEPTANCE = "fee.acceptance"
REGISTRARS = (Role.RECEIVING_CLERK, Role.DEPARTMENT_HEAD)
# What nobody has to give: a payee's code is rarely known, an enterprise may stay unnamed.
_OF_THE_REPORTER = (
    "complainant_name", "complainant_code", "complainant_user", "secret_hash", "filing_digest", "source", "arrived_on",
    "is_anonymous", "contact_name", "contact_phone", "contact_email", "is_development",
)  # fmt: skip
_OPTIONAL = ("complainant_name", "complainant_code", "respondent_code")


def report_file(
    *, data: Mapping[str, object], idempotency_key: str, actor: Actor, is_development: bool = False
) -> Filing[FeeReport]:
    """File a report online, with the evidence staged under the same key.

    Args:
        data: the model's fields by name; dates as dates, amounts as Decimal. Way and day of arrival are set here.
        idempotency_key: at least 16 characters, new for each filing.
    Raises:
        InvalidInput: by field; nothing is written.
    """
    given = {**data, "source": Source.ONLINE, "arrived_on": actor.today}
    return file_once(
        model=FeeReport,
        data=data,
        key=idempotency_key,
        create=lambda digest: _create(given, idempotency_key, digest, actor, None, is_development),
    )


def report_register(
    *,
    data: Mapping[str, object],
    department: Department,
    idempotency_key: str,
    actor: Actor,
    is_development: bool = False,
) -> Filing[FeeReport]:
    """Register what arrived by phone, letter, petition column or from a monitoring point.

    Args:
        data: the model's fields by name, `source` and `arrived_on` among them.
        department: the one that registers it: the actor works there.
    Raises:
        ActionNotAllowed: the actor doesn't receive reports there.
        InvalidInput: by field; nothing is written.
    """
    if actor.user is None or department.pk not in departments_with(actor.user, *REGISTRARS):
        raise ActionNotAllowed
    if not (department.registers_reports and department.is_active):
        raise InvalidInput({"department": [_("This department doesn't register fee reports.")]})
    if data.get("source") == Source.ONLINE:
        raise InvalidInput({"source": [_("What arrives online registers itself. Choose another way of arrival.")]})
    return file_once(
        model=FeeReport,
        data={**data, "department": department.pk},
        key=idempotency_key,
        create=lambda digest: _create(data, idempotency_key, digest, actor, department, is_development),
    )


def _create(
    data: Mapping[str, object],
    key: str,
    digest: str,
    actor: Actor,
    department: Department | None,
    is_development: bool,
) -> FeeReport:
    report = FeeReport(
        **data,
        idempotency_key=key,
        filing_digest=digest,
        secret_hash=hash_secret(derive_secret(key)),
        # An enterprise's own account follows the report; a clerk's doesn't.
        complainant_user=actor.user if department is None and not data.get("is_anonymous") else None,
        registered_by=actor.user if department is not None else None,
        is_development=is_development,
    )
    _store(report, department, actor)
    _begin(report, key, actor)
    return report


def begin_part(*, case: FeeReport, charge: Mapping[str, object], facts: str, actor: Actor) -> FeeReport:
    """Register a part of a mixed submission as a report of its own; in the caller's transaction.

    It keeps the reporter, the day and way of arrival and the secret of the submission that it came with.

    Raises:
        InvalidInput: by field.
    """
    kept = {name: getattr(case, name) for name in _OF_THE_REPORTER}
    key = f"part-{new_idempotency_key()}"
    given = {"division": case.division, **charge, "facts": facts}
    report = FeeReport(**kept, **given, idempotency_key=key, split_from=case, registered_by=actor.user)
    _store(report, case.receiving_department, actor)
    _begin(report, key, actor)
    return report


def _store(report: FeeReport, department: Department | None, actor: Actor) -> None:
    report.kind, report.version = KIND, 1
    report.created_at = report.updated_at = actor.moment
    validate_case(report, exclude=left_out(report))
    _check_suspected(report, actor)
    report.receiving_department = department or registering_department_for(report.division)
    report.reference = next_reference(REFERENCE_PREFIX, actor.today.year)
    report.submit()
    report.submitted_on = actor.today
    report.save(force_insert=True)


def left_out(report: FeeReport) -> tuple[str, ...]:
    """The fields of a case that this report needs not have."""
    return tuple(name for name in _OPTIONAL if not getattr(report, name))


def _check_suspected(report: FeeReport, actor: Actor) -> None:
    if report.suspected and term_in_force("fee.violation", report.suspected, actor.today) is None:
        raise InvalidInput({"suspected": [_("Choose one of the list.")]})


def _begin(report: FeeReport, key: str, actor: Actor) -> None:
    attachments = evidence_attach_staged(case=report, key=key, actor=actor)
    event_record(case=report, verb=Verb.REPORT_REGISTERED, actor=actor, payload={"source": report.source})
    evidence_record(case=report, attachments=attachments, actor=actor)
    charge_check(case=report, actor=Actor.system(actor.at))
    # The day of arrival counts, however late it is registered.
    deadline = clock_start(case=report, code=ACCEPTANCE, on=report.arrived_on, actor=actor)
    refresh_next_due(report)
    report.save(update_fields=["next_due", "next_due_code", "next_due_provisional"])
    letters.issue_registration_notice(report, deadline=deadline, actor=Actor.system(actor.at))
    tell_reporter(report, Verb.REPORT_REGISTERED)
    tell_department(report, report.receiving_department, Verb.REPORT_REGISTERED)

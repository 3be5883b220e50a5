"""One matter, several submissions: what belongs together is merged or linked, what doesn't is split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_meet, locked_case
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.filing import validate_case
from casework.cases.models import Case
from casework.cases.notify import tell_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.documents.models import Attachment
from casework.parties.models import Role
from fees.report import letters
from fees.report.commands import flow_command, side_command, tell_reporter
from fees.report.flow import State
from fees.report.intake import ACCEPTANCE, begin_part, left_out
from fees.report.models import FeeReport, SplitPart
from fees.report.services import verification_restart
from fees.report.verdicts import charge_check

REGISTERING = frozenset({Role.RECEIVING_CLERK})
WORKING = frozenset({Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER})
# Where a report still takes in what another adds.
OPEN_TO_NEW_FACTS = (State.ACCEPTED, State.TRANSFERRED, State.VERIFYING)
# What describes the charge; the rest of a report is the reporter's own words.
CHARGE_FIELDS = (
    "respondent_name", "respondent_code", "payee_type", "item", "charged_on", "amount", "quantity", "unit", "base",
    "suspected",
)  # fmt: skip


def report_merge(
    *, report: FeeReport, actor: Actor, into: FeeReport, note: str, version: int | None = None
) -> FeeReport:
    """Merge a report into an earlier one of the same fact: what is new goes there, and its verification begins anew.

    Args:
        into: an open report that the same department registered.
        note: what is new.
    Raises:
        InvalidInput: nothing new is named, or the other report can't take it in.
    """
    if not note.strip():
        raise InvalidInput({"note": [_("Say what is new; without anything new the report is refused and linked.")]})
    if into.pk == report.pk:
        raise InvalidInput({"into": [_("Choose another report.")]})
    with _both_locked(report, into) as target, flow_command(report, "merge", actor, version) as case:
        _check_target(case, target)
        case.merged_into = target
        event_record(case=case, verb=Verb.REPORT_MERGED, actor=actor, payload={"reference": target.reference})
        clock_meet(case=case, code=ACCEPTANCE, on=actor.today, actor=actor)
        _take_in(target, case, note.strip(), actor)
        letters.issue_merge_notice(case, target=target, actor=actor)
        tell_reporter(case, Verb.REPORT_MERGED)
    return case


@contextmanager
def _both_locked(report: FeeReport, into: FeeReport) -> Iterator[FeeReport]:
    """Lock both rows in the order of their ids, so that two merges that cross never wait for each other."""
    with transaction.atomic():
        list(Case.objects.select_for_update(of=("self",)).filter(pk__in=[report.pk, into.pk]).order_by("pk"))
        with locked_case(FeeReport, into.pk, None) as target:
            yield target


def _check_target(case: FeeReport, target: FeeReport) -> None:
    fault = ""
    if target.receiving_department_id != case.receiving_department_id:
        fault = _("Choose a report that your department registered.")
    elif target.state not in OPEN_TO_NEW_FACTS:
        fault = _("That report takes nothing in any more. Accept this one, or refuse it and link it.")
    if fault:
        raise InvalidInput({"into": [fault]})


def _take_in(target: FeeReport, case: FeeReport, note: str, actor: Actor) -> None:
    target.updated_at = actor.moment
    payload = {"reference": case.reference, "note": note}
    event_record(case=target, verb=Verb.REPORT_TOOK_IN, actor=actor, payload=payload)
    _copy_files(case, target)
    verification_restart(case=target, actor=actor)
    department = target.handling_department or target.receiving_department
    tell_department(target, department, Verb.REPORT_TOOK_IN)


def _copy_files(case: FeeReport, target: FeeReport) -> None:
    """The same stored bytes, once more as rows; not shown to the reporter of the other report, who may be another."""
    present = set(target.attachments.values_list("sha256", flat=True))
    Attachment.objects.bulk_create(
        Attachment(
            case=target,
            file=row.file.name,
            name=row.name,
            content_type=row.content_type,
            size=row.size,
            sha256=row.sha256,
            rendition=row.rendition.name or "",
            kind_id=row.kind_id,
            scan=row.scan,
            scan_signature=row.scan_signature,
            scanned_at=row.scanned_at,
            uploaded_by=row.uploaded_by,
            by_complainant=False,
            is_secret=row.is_secret,
        )
        for row in case.attachments.all()
        if row.sha256 not in present
    )


def report_link(*, report: FeeReport, actor: Actor, earlier: FeeReport, version: int | None = None) -> FeeReport:
    """Say that another report is about the same fact, without ending this one: another enterprise reports it, say.

    Raises:
        InvalidInput: the report itself, or one of a department that the actor's doesn't share.
    """
    with side_command(report, WORKING, actor, version) as case:
        assert actor.user is not None  # nobody works in a department without an account
        if earlier.pk == case.pk or not FeeReport.objects.visible_to(actor.user).filter(pk=earlier.pk).exists():
            raise InvalidInput({"earlier": [_("Choose another report.")]})
        case.same_as = earlier
        event_record(case=case, verb=Verb.REPORT_LINKED, actor=actor, payload={"reference": earlier.reference})
    return case


def report_split(
    *,
    report: FeeReport,
    actor: Actor,
    track: str,
    text: str,
    way: str = "",
    charge: Mapping[str, object] | None = None,
    version: int | None = None,
) -> SplitPart:
    """Take a part that is a matter of its own out of a mixed submission (SAMR Order 121 art. 9).

    Args:
        track: `report` makes another fee report of it at once, with the same reporter, day of arrival and secret;
            `complaint` tells the reporter where it belongs.
        text: what the part is about.
        way: for a complaint, where and how it is to be made.
        charge: for a report, the fields of `CHARGE_FIELDS`, and `division`.
    Raises:
        InvalidInput: by field.
    """
    errors = {} if text.strip() else {"text": [_("Say what this part is about.")]}
    if track not in SplitPart.Track.values:
        errors["track"] = [_("Choose one of these.")]
    elif track == SplitPart.Track.COMPLAINT and not way.strip():
        errors["way"] = [_("Say where this part belongs and how to get there: the reporter reads it.")]
    if errors:
        raise InvalidInput(errors)
    with side_command(report, REGISTERING, actor, version) as case:
        if case.state not in (State.REGISTERED, State.ACCEPTED):
            raise CaseChanged
        other = None
        if track == SplitPart.Track.REPORT:
            other = begin_part(case=case, charge=charge or {}, facts=text.strip(), actor=actor)
        part = SplitPart.objects.create(
            report=case,
            number=case.parts.count() + 1,
            track=track,
            text=text.strip(),
            way=way.strip(),
            case=other,
            split_by=actor.user,
            split_on=actor.today,
        )
        said = other.reference if other else part.way
        event_record(case=case, verb=Verb.REPORT_SPLIT, actor=actor, payload={"text": part.text, "to": said})
        # The part that became a report gets a notice of its own.
        if other is None:
            letters.issue_split_notice(case, text=part.text, way=part.way, actor=actor)
        tell_reporter(case, Verb.REPORT_SPLIT)
    return part


def report_describe(
    *, report: FeeReport, actor: Actor, reason: str, charge: Mapping[str, object], version: int | None = None
) -> FeeReport:
    """Put the description of the charge right and check it against the catalogue again; what was there is kept.

    Args:
        charge: fields of `CHARGE_FIELDS`, with new values.
        reason: from where the better knowledge comes.
    Raises:
        InvalidInput: by field; no reason; a field that doesn't describe the charge.
    """
    errors = {} if reason.strip() else {"reason": [_("Say from where this is known.")]}
    if unknown := sorted(set(charge) - set(CHARGE_FIELDS)):
        errors |= {name: [_("This field can't be changed.")] for name in unknown}
    if errors:
        raise InvalidInput(errors)
    with side_command(report, WORKING, actor, version) as case:
        if case.state not in (State.REGISTERED, *OPEN_TO_NEW_FACTS):
            raise CaseChanged
        for name, value in charge.items():
            setattr(case, name, value)
        validate_case(case, exclude=left_out(case))
        charge_check(case=case, actor=actor, reason=reason)
    return case

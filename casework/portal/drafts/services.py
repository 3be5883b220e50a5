"""Writing drafts. Each saves what was typed, right or wrong: nothing of it is lost, nothing of it counts yet."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from casework.cases.errors import CaseChanged
from casework.cases.references import ALPHABET, new_idempotency_key
from casework.documents.evidence import evidence_unstage
from casework.documents.models import StagedFile
from casework.parties.models import User
from casework.portal.drafts.models import KEPT_DAYS, Draft

Filed = TypeVar("Filed")
Answers = Mapping[str, Sequence[str]]
# What a step's fields can hold together; a browser's form never comes near it.
MOST_CHARACTERS = 40_000


def draft_begin(*, kind: str, answers: Answers, owner: User | None = None) -> Draft:
    """Keep the first answers of a filing.

    Args:
        owner: the account that can go on with it without the code.
    """
    return Draft.objects.create(
        number=_new_number(),
        kind=kind,
        key=new_idempotency_key(),
        owner=owner,
        answers=_bounded(answers),
        changed_at=timezone.now(),
    )


def _new_number() -> str:
    """Such as CG-4F7K2M9Q: random, so that nobody learns how many there are."""
    return "CG-" + "".join(secrets.choice(ALPHABET) for _place in range(8))


def _bounded(answers: Answers) -> dict[str, list[str]]:
    # PostgreSQL's texts hold no NUL; nobody types one.
    return {name: [text[:MOST_CHARACTERS].replace("\0", "") for text in texts] for name, texts in answers.items()}


def draft_save(*, draft: Draft, answers: Answers, reached: str = "", missed: str = "") -> Draft:
    """Put answers beside those that are kept; two devices at once each keep the fields that they sent.

    Args:
        reached: the slug of a step that is answered without a fault.
        missed: the slug of one that no longer is.
    Raises:
        CaseChanged: it was filed or deleted meanwhile.
    """
    with transaction.atomic():
        row = _locked(draft)
        row.answers = {**row.answers, **_bounded(answers)}
        if reached and reached not in row.reached:
            row.reached = [*row.reached, reached]
        row.reached = [slug for slug in row.reached if slug != missed]
        row.changed_at = timezone.now()
        row.save(update_fields=["answers", "reached", "changed_at"])
    return row


def draft_keep_for(*, draft: Draft, owner: User) -> None:
    """Put a draft into the account of the one who opened it by its code; a draft of another account stays there."""
    Draft.objects.filter(pk=draft.pk, owner=None).update(owner=owner)


def draft_file(*, draft: Draft, file: Callable[[Draft], Filed]) -> Filed:
    """File what the draft became, and forget the draft: both or neither, and once however often it is asked.

    Args:
        file: the filing's command, in the caller's transaction.
    Raises:
        CaseChanged: it was filed or deleted meanwhile.
    """
    with transaction.atomic():
        row = _locked(draft)
        filed = file(row)
        row.delete()
    return filed


def draft_discard(*, draft: Draft) -> None:
    """Delete a draft and its files at the filer's wish, or when its time is over."""
    with transaction.atomic():
        row = Draft.objects.select_for_update().filter(pk=draft.pk).first()
        if row is None:
            return
        row.delete()
    # After the commit: a file without a row is purged, a row without a file would be a loss.
    for pk in list(StagedFile.objects.filter(key=draft.key).values_list("pk", flat=True)):
        evidence_unstage(key=draft.key, pk=pk)


def purge_drafts() -> int:
    """Delete the drafts that nobody changed in their time.

    Returns:
        how many went.
    """
    over = Draft.objects.filter(changed_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    removed = 0
    for draft in over.iterator():
        draft_discard(draft=draft)
        removed += 1
    return removed


def _locked(draft: Draft) -> Draft:
    row = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if row is None:
        raise CaseChanged
    return row


def draft_renew_key(*, draft: Draft) -> None:
    """Give a draft a new key with its files: under the old one something else was filed already."""
    key = new_idempotency_key()
    with transaction.atomic():
        row = _locked(draft)
        StagedFile.objects.filter(key=row.key).update(key=key)
        row.key = key
        row.save(update_fields=["key"])

"""A filing in the making. It is nobody's business but the filer's: no department sees it before it is filed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.cases.references import derive_secret, hash_secret
from casework.parties.perms import AnyUser

# A promise of this site, not a rule of law: long enough to look for a contract, short enough for personal data.
KEPT_DAYS = 30


class DraftQuerySet(models.QuerySet["Draft"]):
    """Drafts, narrowed to those of an account."""

    def visible_to(self, user: AnyUser | None) -> Self:
        """Those that the account began or took over; those without an account are opened by their code alone."""
        return self.filter(owner_id=user.pk) if user is not None and user.is_authenticated else self.none()

    def kept(self) -> Self:
        """Those whose time is not over, whether or not the purge has been round."""
        return self.filter(changed_at__gte=timezone.now() - timedelta(days=KEPT_DAYS))


class Draft(models.Model):
    """What was answered so far.

    Attributes:
        number: names the draft in links; it opens nothing without the code.
        key: the idempotency key of the filing that it becomes; its files wait under it.
        answers: for each field of the form the texts that a browser sent, right or wrong.
        reached: the steps that were answered without a fault, by their slugs.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(max_length=64, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="drafts")
    answers = models.JSONField(default=dict)
    reached = models.JSONField(default=list)
    created_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), db_index=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return self.number

    @property
    def code(self) -> str:
        """What opens the draft on another device: 50 bits, derived, so that it can be shown again and is not stored."""
        return derive_secret(f"draft|{self.number}")[:11]

    @property
    def code_hash(self) -> str:
        """The code as the session's grants compare it."""
        return hash_secret(self.code)

    @property
    def kept_until(self) -> datetime:
        """When the draft goes if nobody changes it any more."""
        return self.changed_at + timedelta(days=KEPT_DAYS)

    @property
    def form_data(self) -> QueryDict:
        """The answers as a browser would send them."""
        data = QueryDict(mutable=True)
        for name, texts in self.answers.items():
            data.setlist(name, texts)
        return data

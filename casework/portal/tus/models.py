"""A file on its way."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q


class PartialUpload(models.Model):
    """What has arrived of a file so far.

    Attributes:
        key: the form that it is for; see `StagedFile.key`.
        vocabulary: the list of kinds of evidence that the form offers.
        holder: which browser sends it, as a hash of a secret in its session; nobody else appends to it or learns of it.
        address: where it was begun from, hashed, to bound how many one address begins.
        parts: the pieces in storage, in their order.
        is_done: whether it became a staged file or was refused; `fault` says which.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=80)
    vocabulary = models.CharField(max_length=40, blank=True)
    holder = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    length = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    parts = models.JSONField(default=list)
    is_done = models.BooleanField(default=False)
    fault = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["address", "created_at"], name="partial_address"),
            models.Index(fields=["holder", "is_done"], name="partial_holder"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=F("length")), name="partial_within_length"),
            models.CheckConstraint(
                condition=Q(is_done=False) | Q(received=F("length"), parts=[]), name="partial_done_is_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.received}/{self.length}"

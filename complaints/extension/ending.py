"""What becomes of a request for more time when its case leaves handling."""

from __future__ import annotations

from casework.cases.actors import Actor
from complaints.extension.models import ExtensionRequest
from complaints.models import ArrearsComplaint

Status = ExtensionRequest.Status


def extension_end(*, case: ArrearsComplaint, actor: Actor) -> None:
    """Decline an undecided request, by nobody: there is no period left to extend. In the caller's transaction."""
    pending = ExtensionRequest.objects.filter(complaint=case, status=Status.PENDING)
    pending.update(status=Status.DECLINED, decided_on=actor.today)

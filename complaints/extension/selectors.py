"""The clock of a complaint that can be extended."""

from __future__ import annotations

from casework.cases.extension.models import ExtensionRequest
from casework.cases.extension.selectors import decides as decides
from casework.cases.extension.selectors import open_clock
from casework.cases.extension.selectors import pending_request as request_pending_on
from casework.cases.extension.selectors import requests_of as requests_of
from casework.clocks.models import Deadline
from complaints.models import ArrearsComplaint

HANDLING = "arrears.handling"


def handling_clock(complaint: ArrearsComplaint) -> Deadline | None:
    """The open clock of the handling period, with its rule."""
    return open_clock(complaint, HANDLING)


def pending_request(complaint: ArrearsComplaint) -> ExtensionRequest | None:
    """The request that waits for the head."""
    return request_pending_on(complaint, HANDLING)

"""What a person was looking at when pressing a button: the step is refused when somebody changed it meanwhile."""

from __future__ import annotations

import hashlib
import json


def fingerprint(*values: object) -> str:
    """A short mark of some values: equal for equal ones, another one for others.

    Args:
        values: of types that JSON knows, and dates.
    """
    text = json.dumps(values, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

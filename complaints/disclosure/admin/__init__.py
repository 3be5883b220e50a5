"""The disclosures as the responsible departments run them and supervisors read them."""

from complaints.disclosure.admin import bodies, corrections, obligations

__all__ = ["bodies", "corrections", "obligations"]

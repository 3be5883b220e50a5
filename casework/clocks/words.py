"""A deadline's distance in words and tone, the same on every page, sheet and report."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SOON_DAYS = 3


def days_words(left: int) -> str:
    """Days left in words; negative when late."""
    if left == 0:
        return _("due today")
    if left > 0:
        return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}
    return ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}


def tone_of(left: int) -> str:
    """How a deadline looks: late, soon or calm."""
    if left < 0:
        return "late"
    return "soon" if left <= SOON_DAYS else "calm"

"""What the figures mean, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fees.monitoring.figures import By

_BY: Mapping[By, str | Promise] = {
    By.PAYEE: gettext_lazy("By payee"),
    By.ITEM: gettext_lazy("By item"),
    By.DIVISION: gettext_lazy("By place"),
}


def by_words(by: By) -> str:
    """What lines are made by."""
    return str(_BY[by])


def definitions() -> list[tuple[str, str]]:
    """Each figure's name and what it counts."""
    return [
        (
            _("payments that count"),
            _("Those of submitted returns for the quarter; of a corrected return the latest. Drafts don't count."),
        ),
        (_("payers"), _("Different monitoring points that paid; each counts once.")),
        (
            _("outside the catalogue"),
            _(
                "No list that is published here had the item in force for the place on the day. A service at a market "
                "price may stand in no list and be lawful: a reason to look, not a finding."
            ),
        ),
        (_("share outside"), _("The sum outside the catalogue, of the whole sum of the line.")),
        (_("change of the sum"), _("The sum against the sum of the quarter before; empty where there was none.")),
        (
            _("order of the lines"),
            _("What stands out first: by the sum outside the catalogue, then by payers, then by the sum."),
        ),
    ]

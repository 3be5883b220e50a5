"""What is worth a look on a case: the section of the case page, and saying that one looked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from casework.cases.actors import Actor
from casework.cases.indicators import services
from casework.cases.indicators.finding import find_indicators
from casework.cases.indicators.models import IndicatorRule, Sign
from casework.cases.indicators.selectors import Shown, indicators_for, may_look
from casework.cases.models import Case
from casework.cases.pages import case_page
from casework.desk.acts import Act, Desk
from casework.desk.forms import CaseForm, radio_field, text_field

LONGEST_NOTE = 1000


class LookForm(CaseForm):
    """Which sign, and what was looked at."""

    code = radio_field(_("sign"))
    note = text_field(
        _("what you looked at"),
        length=LONGEST_NOTE,
        help_text=_("For example: two contracts, two debts. It can't be changed afterwards; parties never see it."),
    )

    def prepare(self) -> None:
        """The signs that the case shows."""
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(found.rule.code, rule_words(found.rule)) for found in find_indicators(self.case)]


def register_indicator_acts(desk: Desk) -> None:
    """Offer on a kind's cases to say that a sign was looked at."""
    desk.register(
        Act(
            name="look_at_sign",
            label=_("Looked at, nothing in it"),
            tone="neutral",
            confirm="",
            form=LookForm,
            command=services.indicator_look,
            intro=_(
                "The sign stays in the record with your note. It is shown as open again only when its number grows."
            ),
            done=_("Your note is kept."),
            allowed=may_look,
            possible=lambda case: not case.is_ended,
            group="indicators",
            subject="case",
        )
    )


def indicators_context(case: Case, actor: Actor) -> dict[str, Any]:
    """The signs on the case, for those who work on it."""
    return {"indicators": [_line(shown) for shown in indicators_for(case, actor)]}


def rule_words(rule: IndicatorRule) -> str:
    """The wording in the reader's language."""
    return rule.label_en if get_language() == "en" and rule.label_en else rule.label


def _line(shown: Shown) -> dict[str, Any]:
    rule = shown.found.rule
    is_english = get_language() == "en"
    return {
        "shown": shown,
        "rule": rule,
        "label": rule_words(rule),
        "explanation": rule.explanation_en if is_english and rule.explanation_en else rule.explanation,
        "number": _number_words(shown),
        "cases": [{"reference": row.reference, "page": case_page(row)} for row in shown.cases],
    }


def _number_words(shown: Shown) -> str:
    found = shown.found
    words = {"number": found.number, "cases": len(found.others), "days": found.rule.within_days or 0}
    if found.rule.code == Sign.NO_TRANSACTION:
        return str(_("Files from the filer: %(number)d") % words)
    if found.is_capped:
        return str(_("%(cases)d other cases or more") % words)
    if found.rule.code == Sign.SAME_PAIR:
        return str(_("%(number)d cases within %(days)d days of this one") % words)
    return str(_("%(number)d filers, this one included; %(cases)d other cases") % words)

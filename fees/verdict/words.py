"""Verdicts and their steps in the reader's language. What comes from a list stays in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from fees.verdict.arithmetic import Step
from fees.verdict.engine import VerdictCode

VERDICTS: Mapping[VerdictCode, str | Promise] = {
    VerdictCode.CONSISTENT: gettext_lazy("Within the standard"),
    VerdictCode.ABOVE_STANDARD: gettext_lazy("Above the standard"),
    VerdictCode.NOT_IN_CATALOGUE: gettext_lazy("Not found in the catalogue"),
    VerdictCode.CANCELLED_OR_SUSPENDED: gettext_lazy("Cancelled or suspended on that day"),
    VerdictCode.NOT_YET_IN_FORCE: gettext_lazy("Not yet in force on that day"),
    VerdictCode.WRONG_PAYEE: gettext_lazy("Not a fee of this payee"),
    VerdictCode.UNLAWFUL_DEPOSIT: gettext_lazy("A deposit outside the lists"),
    VerdictCode.STANDARD_NOT_COMPUTABLE: gettext_lazy("Listed, but the amount can't be checked here"),
}

_STEPS: Mapping[str, str | Promise] = {
    "listed": gettext_lazy("“%(list)s”, version %(version)s, in force from %(from)s, has this item."),
    "valid_later": gettext_lazy("The entry is valid from %(day)s only."),
    "stopped": gettext_lazy("It is cancelled or suspended from %(day)s on. %(reason)s"),
    "dropped": gettext_lazy(
        "It stood in “%(list)s” up to version %(version)s; from %(day)s on the list doesn't have it any more."
    ),
    "listed_later": gettext_lazy(
        "It stands in “%(list)s” from version %(version)s of %(day)s on. Earlier versions are not known here."
    ),
    "payee_not_told": gettext_lazy("The payee was not given, so it is not judged who may charge it."),
    "payee_not_listed": gettext_lazy("The list names no payee, so it is not judged who may charge it."),
    "payee_fits": gettext_lazy("The payee, %(payee)s, is one that the list names: %(listed)s."),
    "payee_differs": gettext_lazy("The list names as payee: %(listed)s. The charge came from %(payee)s."),
    "text_only": gettext_lazy("The list gives the standard in words, or in another document: nothing to compute with."),
    "base_missing": gettext_lazy("The standard is a share of a base (%(base)s): give the base."),
    "unit_missing": gettext_lazy("The standard has several units: say which one. Known: %(units)s."),
    "unit_differs": gettext_lazy("The charge is by %(unit)s, the standard by %(units)s."),
    "quantity_missing": gettext_lazy("The standard is for each unit (%(units)s): give the quantity."),
    "below_tiers": gettext_lazy("The tiers begin at %(start)s; %(size)s lies below."),
    "highest_of": gettext_lazy("%(count)s lines of the standard fit; the one that allows most counts."),
    "by_unit": gettext_lazy("%(label)s%(price)s yuan/%(unit)s × %(quantity)s = %(total)s yuan."),
    "by_range": gettext_lazy(
        "%(label)s%(low)s to %(price)s yuan/%(unit)s; at most %(price)s × %(quantity)s = %(total)s yuan."
    ),
    "by_share": gettext_lazy("%(label)s%(base)s yuan × %(rate)s%% = %(total)s yuan."),
    "capped": gettext_lazy("Capped at %(cap)s yuan."),
    "floored": gettext_lazy("At least %(floor)s yuan may be charged."),
    "tier_reached": gettext_lazy("%(size)s falls into the tier from %(start)s on."),
    "share_part": gettext_lazy("From %(start)s on: %(width)s yuan × %(value)s%% = %(total)s yuan."),
    "unit_part": gettext_lazy("From %(start)s on: %(width)s × %(value)s yuan/%(unit)s = %(total)s yuan."),
    "rounded": gettext_lazy("Rounded to fen: %(rounded)s yuan."),
    "within": gettext_lazy("Charged %(amount)s yuan, at most %(allowed)s yuan: within the standard."),
    "exceeds": gettext_lazy("Charged %(amount)s yuan, at most %(allowed)s yuan: %(excess)s yuan too much."),
    "none_like": gettext_lazy("No list of the place or above has an item like “%(item)s”."),
    "none_meant": gettext_lazy("If none of the items above is meant: no list of the place or above has “%(item)s”."),
    "deposit_unlisted": gettext_lazy("By its name it is a deposit; deposits may only be taken as the lists have them."),
}
_COLON = pgettext_lazy("after a label", ": ")


def verdict_words(code: VerdictCode) -> str:
    """The verdict in words."""
    return str(VERDICTS[code])


def step_words(step: Step) -> str:
    """A step in words; numbers without needless zeros."""
    params = {name: _plain(value) for name, value in step.params.items()}
    if "label" in params:
        params["label"] = f"{params['label']}{_COLON}" if params["label"] else ""
    return (str(_STEPS[step.code]) % params).strip()


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def disclaimer() -> str:
    """What a verdict is not."""
    return _("An aid to check with, after the lists that are published here. It decides nothing about the payee.")

"""What happened to you? At most three questions lead to the right journey, or to whoever else is competent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from casework.cases.models import CitedTerm
from casework.cases.terms import term_in_force, terms_in_force
from complaints.journey.limits import limits
from complaints.models import RespondentType

# The ways in the versioned list: who is competent, with the source.
WAYS = "start.way"


@dataclass(frozen=True)
class Choice:
    """An answer.

    Attributes:
        to: the name of the next question, or of the way it leads to.
    """

    code: str
    label: Promise
    to: str
    help: Promise | str = ""


@dataclass(frozen=True)
class Question:
    """One page."""

    name: str
    title: Promise
    choices: tuple[Choice, ...]


QUESTIONS = {
    question.name: question
    for question in (
        Question(
            "what",
            _("What happened to you?"),
            (
                Choice("unpaid", _("Somebody doesn't pay me"), "who", _("for goods, works or services I supplied")),
                Choice(
                    "fee",
                    _("I was charged a wrong fee"),
                    "fee",
                    _("by an authority, association or utility"),
                ),
                Choice("size", _("It is disputed how large an enterprise is"), "size"),
                Choice("threat", _("I am threatened or punished because I asked for my money"), "threat"),
                Choice("else", _("Something else"), "else", _("wages, a purchase, quality, another dispute")),
            ),
        ),
        Question(
            "who",
            _("Who owes you the money?"),
            (
                Choice("authority", _("An authority, school, hospital or another public institution"), "before"),
                Choice("large", _("A large enterprise"), "before", _("private or state-owned")),
                Choice("central", _("A ministry, or the head of a group that the state owns centrally"), "national"),
                Choice("small", _("A small or medium enterprise, or a person"), "court"),
                Choice("unsure", _("I am not sure"), "before", _("We check it. You lose nothing by filing.")),
            ),
        ),
        Question(
            "before",
            _("Does a court, an arbitration body or another authority already deal with it?"),
            (
                Choice("no", _("No, or only I asked for my money"), "complaint"),
                Choice("yes", _("Yes, it has taken the matter on"), "pending"),
            ),
        ),
        Question(
            "else",
            _("What is it about?"),
            (
                Choice("wages", _("Wages that an employer doesn't pay"), "labour"),
                Choice("bought", _("Something that I bought for myself"), "consumer"),
                Choice("contract", _("Another dispute about a contract"), "court"),
                Choice("other", _("None of these"), "hotline"),
            ),
        ),
    )
}
# What the first step of the filing knows of the answer.
_KNOWN = {"authority": RespondentType.INSTITUTION, "large": RespondentType.LARGE_ENTERPRISE}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The next question, or the way that the answers lead to; they stand in the address and are kept nowhere."""
    question, given = QUESTIONS["what"], {}
    while choice := _chosen(request, question):
        given[question.name] = choice.code
        if choice.to not in QUESTIONS or choice.to in given:
            return render(request, "portal/start/way.html", _way(choice.to, given))
        question = QUESTIONS[choice.to]
    context = {"question": question, "given": given, "number": len(given) + 1, "back": _back(given)}
    return render(request, "portal/start/question.html", context)


def _chosen(request: HttpRequest, question: Question) -> Choice | None:
    code = request.GET.get(question.name, "")
    return next((choice for choice in question.choices if choice.code == code), None)


def _back(given: dict[str, str]) -> str:
    """The question before; from the first one back to the home page."""
    if not given:
        return reverse("portal:home")
    earlier = dict(list(given.items())[:-1])
    return f"{reverse('portal:start')}?{urlencode(earlier)}" if earlier else reverse("portal:start")


def _way(way: str, given: dict[str, str]) -> dict[str, Any]:
    today = timezone.localdate()
    known = _KNOWN.get(given.get("who", ""))
    terms: list[CitedTerm] = [term for term in [term_in_force(WAYS, way, today)] if term]
    return {
        "way": way,
        "term": terms[0] if terms else None,
        "back": _back(given),
        "query": f"?{urlencode({'respondent_type': known})}" if known else "",
        "materials": terms_in_force("arrears.material", today) if way == "complaint" else [],
        "periods": limits() if way == "complaint" else [],
    }

"""What a command can answer instead of doing its work. Web, admin and API each show these in their own way."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _


class CaseError(Exception):
    """A command refused; nothing was written.

    Attributes:
        code: a stable name for programs.
        message: the sentence for people, with the remedy.
        status: the HTTP status that fits.
    """

    code = "case_error"
    status = 400
    message: object = _("The case could not be changed.")

    def __init__(self, message: object | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(str(self.message))

    def __str__(self) -> str:
        return str(self.message)


class CaseChanged(CaseError):
    """Somebody else acted on the case first."""

    code = "case_changed"
    status = 409
    message = _("This case has changed since you opened it. Reload the page, look at the new state and decide again.")


class ActionNotAllowed(CaseError):
    """The actor's role does not allow the action."""

    code = "action_not_allowed"
    status = 403
    message = _("Your role does not allow this action on this case.")


class CaseNotFound(CaseError):
    """No such case, or not one that the actor may see; the two are told apart to nobody."""

    code = "case_not_found"
    status = 404
    message = _("No case was found. Check the reference and the secret.")


class InvalidInput(CaseError):
    """Input that a rule refuses, by field.

    Args:
        errors: field name to messages; "" for the whole form.
    """

    code = "invalid_input"
    message = _("Some fields need your attention.")

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = {field: [str(text) for text in texts] for field, texts in errors.items()}
        super().__init__()

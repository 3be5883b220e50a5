"""How sure we are of a rule: shown to whoever configures it, kept beside every citation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Certainty(models.TextChoices):
    """The certainty of a citation."""

    PRIMARY = "P", _("confirmed in the primary text")
    EXCERPT = "E", _("from an excerpt or report")
    MEMORY = "M", _("not re-read, to be verified")
    INFERENCE = "I", _("design recommendation, not a rule")
    UNCERTAIN = "uncertain", _("not confirmed or conflicting")

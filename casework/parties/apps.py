from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "casework.parties"
    verbose_name = _("People and departments")
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"

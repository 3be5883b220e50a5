from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "casework.portal"
    label = "portal"
    verbose_name = _("Public site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the files of a filing in the making as long as its draft."""
        from casework.documents.evidence import register_keeper
        from casework.portal.drafts.selectors import keys_of_drafts

        register_keeper(keys_of_drafts)

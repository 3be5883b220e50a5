from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    name = "fees"
    verbose_name = _("Enterprise fees")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attach the outbox channel of the monitoring points' access codes."""
        from casework.cases.outbox import register_channel
        from fees.monitoring.mails import CODE_CHANNEL, deliver_code

        register_channel(CODE_CHANNEL, deliver_code)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "casework.cases"
    verbose_name = _("Cases")
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attach the outbox channels and the relay's alarm clock."""
        from casework.cases import notify, outbox, tasks

        notify.register()
        outbox.register_kick(tasks.kick_relay)

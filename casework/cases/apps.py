from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "casework.cases"
    verbose_name = _("Cases")
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attach the outbox channels, the relay's alarm clock, and what follows moved deadlines."""
        from casework.cases import moves, notify, outbox, tasks
        from casework.clocks import recompute

        notify.register()
        recompute.register_follower(moves.follow_moved_deadlines)
        outbox.register_kick(tasks.kick_relay)

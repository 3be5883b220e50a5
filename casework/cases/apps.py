from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "casework.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attach the outbox channels and the relay's alarm clock."""
        from casework.cases import notify, outbox, tasks

        notify.register()
        outbox.register_kick(tasks.kick_relay)

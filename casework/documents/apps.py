from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "casework.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attach the channels of letters and of virus scans to the outbox."""
        from casework.documents import letters, scanning

        letters.register()
        scanning.register()

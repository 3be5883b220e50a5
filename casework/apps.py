from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "casework"
    label = "casework"
    default = True

    def ready(self) -> None:
        """Register the system checks."""
        from casework import checks  # noqa: F401

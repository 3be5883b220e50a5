from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "casework"
    label = "casework"
    default = True

    def ready(self) -> None:
        """Register the system checks, and let /readyz watch the relay and the sweep."""
        from casework import checks, health  # noqa: F401
        from casework.cases.outbox import relay_fault
        from casework.cases.sweep import sweep_fault

        health.register_ready_check("relay", relay_fault)
        health.register_ready_check("sweep", sweep_fault)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "casework.exchange"
    label = "exchange"
    verbose_name = _("Exchange with platforms")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attach the channel and the adapters."""
        from casework.cases.outbox import register_channel
        from casework.exchange.adapters import register_adapter
        from casework.exchange.folder import FolderAdapter
        from casework.exchange.selectors import exchange_fault
        from casework.exchange.services import CHANNEL, relay_nudged
        from casework.exchange.web import WebAdapter
        from casework.health import register_ready_check

        register_channel(CHANNEL, relay_nudged)
        register_adapter("folder", FolderAdapter())
        register_adapter("web", WebAdapter())
        register_ready_check("exchange", exchange_fault)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what this kind of case is called, and where its complainants want to be told."""
        from casework.cases.notify import register_addresses
        from casework.cases.pages import register_flow, register_kind
        from complaints.flow import FLOW, KIND
        from complaints.models import ArrearsComplaint
        from complaints.selectors import contact_addresses

        register_kind(KIND, ArrearsComplaint._meta.verbose_name or KIND)
        register_flow(KIND, "an arrears complaint", FLOW)
        register_addresses(KIND, contact_addresses)

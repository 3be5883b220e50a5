from operator import attrgetter

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditConfig(AppConfig):
    name = "casework.credit"
    label = "credit"
    verbose_name = _("Credit records")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what this kind of case is, how it moves, and who works on it."""
        from casework.cases.access import register_officers
        from casework.cases.notify import register_addresses
        from casework.cases.pages import register_flow, register_kind, register_tracking
        from casework.credit.delivery import register_outlet
        from casework.credit.flow import FLOW, KIND
        from casework.credit.outlet import send
        from casework.credit.record.ending import sweep_fault
        from casework.credit.record.selectors import contact_addresses, is_told
        from casework.health import register_ready_check
        from casework.parties.models import Role

        register_kind(KIND, _("credit record"), _("Subject"))
        register_flow(KIND, "a credit record", FLOW)
        register_officers(KIND, Role.CREDIT_OFFICER)
        register_outlet(send)
        register_tracking(KIND, "credit:record", follower=attrgetter("respondent_name"), is_told=is_told)
        register_addresses(KIND, contact_addresses)
        register_ready_check("credit records", sweep_fault)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what this kind of case is called, where its complainants want to be told, and how it is transferred."""
        from casework.cases.indicators.finding import register_indicators
        from casework.cases.notify import register_addresses
        from casework.cases.outbox import register_channel
        from casework.cases.pages import register_flow, register_kind, register_tracking
        from casework.cases.transfer.rules import register_transfer_rules
        from casework.credit.record.sources import register_source
        from casework.documents.conversation.services import register_conversation
        from casework.portal.drafts.views import register_journey
        from casework.reports.public.figures import register_paid
        from complaints.disclosure.mails import CODE_CHANNEL, deliver_code
        from complaints.flow import FLOW, KIND
        from complaints.indicators import WATCHED
        from complaints.journey.steps import JOURNEY
        from complaints.models import ArrearsComplaint
        from complaints.money.selectors import paid_of
        from complaints.selectors import contact_addresses
        from complaints.subjects import keep_complainant_out, record_fault, respondent_kind
        from complaints.transfer.routes import RULES

        register_kind(KIND, ArrearsComplaint._meta.verbose_name or KIND, _("Complainant"))
        register_flow(KIND, "an arrears complaint", FLOW)
        register_tracking(KIND, "portal:case")
        register_addresses(KIND, contact_addresses)
        register_transfer_rules(RULES)
        register_conversation(KIND)
        register_channel(CODE_CHANNEL, deliver_code)
        register_journey(JOURNEY)
        register_indicators(WATCHED)
        register_paid(KIND, paid_of)
        register_source(KIND, record_fault, respondent_kind, keep_complainant_out)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    name = "fees"
    verbose_name = _("Enterprise fees")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what this kind of case is and how it moves, and attach a channel of mails."""
        from casework.cases.indicators.finding import register_indicators
        from casework.cases.notify import register_addresses
        from casework.cases.outbox import register_channel
        from casework.cases.pages import register_flow, register_kind, register_tracking
        from casework.cases.transfer.rules import register_transfer_rules
        from casework.credit.record.sources import register_source as record_source
        from casework.documents.conversation.services import register_conversation
        from casework.documents.reissue import register_correction_check
        from casework.portal.drafts.views import register_journey
        from fees.journey.steps import JOURNEY
        from fees.monitoring.mails import CODE_CHANNEL, deliver_code
        from fees.monitoring.sources import register_source
        from fees.orders.discretion import check_correction
        from fees.report.charges import REPORTS, report_charges
        from fees.report.flow import FLOW, KIND
        from fees.report.indicators import WATCHED
        from fees.report.models import FeeReport
        from fees.report.selectors import contact_addresses
        from fees.report.subjects import keep_reporter_hidden, payee_kind, record_fault
        from fees.report.transfers import TRANSFERS

        register_kind(KIND, FeeReport._meta.verbose_name or KIND, _("Reporter"))
        register_flow(KIND, "a fee report", FLOW)
        register_journey(JOURNEY)
        register_indicators(WATCHED)
        register_tracking(KIND, "fees:report_case")
        register_addresses(KIND, contact_addresses)
        register_correction_check(KIND, check_correction)
        register_transfer_rules(TRANSFERS)
        register_conversation(KIND)
        record_source(KIND, record_fault, payee_kind, keep_reporter_hidden)
        register_channel(CODE_CHANNEL, deliver_code)
        register_source(REPORTS, report_charges)

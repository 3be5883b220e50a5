"""What is done to many complaints at once from the queue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelect2Widget

from casework.cases.access import RECEIVING_ROLES
from casework.cases.errors import InvalidInput
from casework.cases.transfer.routes import suggestion_for
from casework.desk.bulk import Bulk, BulkForm, Bulks, shared_bulks
from casework.desk.forms import long_text
from casework.parties.models import NATION, Department
from casework.parties.perms import departments_with
from complaints import services
from complaints.models import ArrearsComplaint
from complaints.selectors import complaints_visible_to


class TransferManyForm(BulkForm):
    """Each where its route leads, or all of them to one department with a reason."""

    department = forms.ModelChoiceField(
        label=gettext_lazy("handling department"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=gettext_lazy("Each case where its route leads"),
        widget=UnfoldAdminSelect2Widget,
    )
    override_reason = long_text(
        gettext_lazy("why not as suggested"),
        help_text=gettext_lazy("Needed only if you choose another department than the suggested one."),
        required=False,
        rows=2,
    )
    note = long_text(gettext_lazy("note to the department"), required=False, rows=2)

    def prepare(self) -> None:
        """Departments below those that the user receives for, and national ones; each case checks its own."""
        own = Department.objects.filter(pk__in=departments_with(self.user, *RECEIVING_ROLES))
        places = [department.division.prefix for department in own.select_related("division")]
        within = Q(division=NATION)
        for prefix in places:
            within |= Q(division__code__startswith=prefix)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Department.objects.filter(within, is_handling=True, is_active=True).order_by(
            "division_id", "name"
        )


def _transfer(*, complaint: ArrearsComplaint, department: Department | None, **given: Any) -> ArrearsComplaint:
    """To the chosen department, or to the suggested one.

    Raises:
        InvalidInput: no department is chosen and no route leads anywhere.
    """
    if department is None:
        suggestion = suggestion_for(complaint, timezone.localdate())
        if suggestion is None:
            raise InvalidInput({"department": [_("No route leads anywhere: transfer this case by itself.")]})
        department = suggestion.department
    return services.complaint_transfer(complaint=complaint, department=department, **given)


_BULKS: dict[str, Bulk] = {
    **shared_bulks(),
    "accept": Bulk(
        gettext_lazy("Accept"),
        BulkForm,
        services.complaint_accept,
        gettext_lazy("Each complainant gets an acceptance notice; the 10 working days to the transfer begin."),
        RECEIVING_ROLES,
    ),
    "transfer": Bulk(
        gettext_lazy("Transfer"),
        TransferManyForm,
        _transfer,
        gettext_lazy("Each department gets a transfer letter for each case."),
        RECEIVING_ROLES,
    ),
}

BULKS = Bulks("complaint", complaints_visible_to, _BULKS)

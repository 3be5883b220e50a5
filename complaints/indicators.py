"""By what complaints are compared: contact person, address, and what is told (Decree 802 art. 25(4))."""

from casework.cases.indicators import marks
from casework.cases.indicators.finding import Watched
from complaints.flow import KIND
from complaints.models import ArrearsComplaint

_PERSONS = (marks.phone("contact_phone"), marks.mail("contact_email"))
WATCHED = Watched(
    kind=KIND,
    model=ArrearsComplaint,
    contacts=(*_PERSONS, marks.place("contact_address")),
    persons=_PERSONS,
    text=marks.text("facts"),
)

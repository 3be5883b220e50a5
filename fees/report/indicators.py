"""By what reports are compared. Anonymous ones are compared with none: a likeness would tell who reported."""

from casework.cases.indicators import marks
from casework.cases.indicators.finding import Watched
from fees.report.flow import KIND
from fees.report.models import FeeReport

_PERSONS = (marks.phone("contact_phone"), marks.mail("contact_email"))
WATCHED = Watched(
    kind=KIND,
    model=FeeReport,
    contacts=_PERSONS,
    persons=_PERSONS,
    text=marks.text("facts"),
    left_out="is_anonymous",
)

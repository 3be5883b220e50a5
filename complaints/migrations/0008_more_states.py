"""The states that came with termination and with the follow-up of repayment plans."""

from django.db import migrations

BEFORE = (
    "draft",
    "submitted",
    "correction_requested",
    "accepted",
    "refused",
    "transferred",
    "received",
    "in_handling",
    "resolved",
    "closed",
    "withdrawn",
    "lapsed",
)
NOW = (*BEFORE, "follow_up", "terminated")


def _holding(states: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{state}'" for state in states)
    return (
        "ALTER TABLE cases_case DROP CONSTRAINT case_arrears_state; "
        f"ALTER TABLE cases_case ADD CONSTRAINT case_arrears_state CHECK (kind <> 'arrears' OR state IN ({listed}))"
    )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_money_and_closing")]

    operations = [migrations.RunSQL(_holding(NOW), _holding(BEFORE))]

"""Routes and hops belong to the engine now: every row goes over with its id, and what the admin's history says of it."""

from django.db import migrations

ROUTE_COLUMNS = (
    "id, respondent_type, ownership, sector, division_id, department_id, reason, citation, certainty, effective_from, "
    "effective_to"
)
HOP_COLUMNS = (
    "number, sender_id, target_id, route_id, override_reason, sent_by_id, sent_on, received_on, status, return_reason, "
    "return_target_id, return_asked_by_id, return_asked_on, decided_by_id, decided_on, decision_note, escalated_on, "
    "designated_id, designated_by_id, designated_on"
)
THERE = [
    f"INSERT INTO cases_route (kind, {ROUTE_COLUMNS}) SELECT 'arrears', {ROUTE_COLUMNS} FROM complaints_route",
    f"INSERT INTO cases_hop (id, case_id, {HOP_COLUMNS}) SELECT id, complaint_id, {HOP_COLUMNS} FROM complaints_hop",
]
BACK = [
    f"INSERT INTO complaints_route ({ROUTE_COLUMNS}) SELECT {ROUTE_COLUMNS} FROM cases_route WHERE kind = 'arrears'",
    f"INSERT INTO complaints_hop (id, complaint_id, {HOP_COLUMNS}) SELECT id, case_id, {HOP_COLUMNS} FROM cases_hop "
    "WHERE case_id IN (SELECT case_ptr_id FROM complaints_arrearscomplaint)",
    "DELETE FROM cases_hop WHERE id IN (SELECT id FROM complaints_hop)",
    "DELETE FROM cases_route WHERE kind = 'arrears'",
]


def _counting_on(app: str) -> list[str]:
    """New rows get ids after the last one that came over."""
    return [
        f"SELECT setval(pg_get_serial_sequence('{app}_{table}', 'id'), max(id)) FROM {app}_{table} HAVING max(id) > 0"
        for table in ("route", "hop")
    ]


def _labelled(old: str, new: str) -> list[str]:
    return [
        f"UPDATE django_content_type SET app_label = '{new}' WHERE app_label = '{old}' AND model IN ('route', 'hop')"
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_transfer"),
        ("complaints", "0010_extension_moves"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(
            [*THERE, *_counting_on("cases"), *_labelled("complaints", "cases")],
            [*BACK, *_counting_on("complaints"), *_labelled("cases", "complaints")],
        ),
        migrations.DeleteModel(name="Hop"),
        migrations.DeleteModel(name="Route"),
    ]

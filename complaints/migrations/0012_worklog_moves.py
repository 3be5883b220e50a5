"""Notes and tasks belong to any case now: what was written moves to the engine's tables."""

from django.db import migrations

NOTE_COLUMNS = "id, text, at, author_id"
TASK_COLUMNS = "id, title, due_on, source, key, created_at, done_at, assigned_to_id, created_by_id, done_by_id"


def _counting_on(app: str) -> list[str]:
    """New rows get ids after the last one that came over."""
    return [
        f"SELECT setval(pg_get_serial_sequence('{app}_{table}', 'id'), max(id)) FROM {app}_{table} HAVING max(id) > 0"
        for table in ("note", "task")
    ]


THERE = [
    f"INSERT INTO cases_note (case_id, {NOTE_COLUMNS}) SELECT complaint_id, {NOTE_COLUMNS} FROM complaints_note",
    f"INSERT INTO cases_task (case_id, {TASK_COLUMNS}) SELECT complaint_id, {TASK_COLUMNS} FROM complaints_task",
    *_counting_on("cases"),
    # What the foreign keys still have to check stands between the rows and the tables' end otherwise.
    "SET CONSTRAINTS ALL IMMEDIATE",
]
OF_COMPLAINTS = "WHERE case_id IN (SELECT case_ptr_id FROM complaints_arrearscomplaint)"
BACK = [
    f"INSERT INTO complaints_note (complaint_id, {NOTE_COLUMNS}) "
    f"SELECT case_id, {NOTE_COLUMNS} FROM cases_note {OF_COMPLAINTS}",
    f"INSERT INTO complaints_task (complaint_id, {TASK_COLUMNS}) "
    f"SELECT case_id, {TASK_COLUMNS} FROM cases_task {OF_COMPLAINTS}",
    *_counting_on("complaints"),
    # Notes are append-only; going back is the one time that they leave.
    "ALTER TABLE cases_note DISABLE TRIGGER USER",
    f"DELETE FROM cases_note {OF_COMPLAINTS}",
    "ALTER TABLE cases_note ENABLE TRIGGER USER",
    f"DELETE FROM cases_task {OF_COMPLAINTS}",
    "SET CONSTRAINTS ALL IMMEDIATE",
]


class Migration(migrations.Migration):
    dependencies = [("complaints", "0011_transfer_moves"), ("cases", "0011_worklog")]

    operations = [
        migrations.RunSQL(THERE, BACK),
        migrations.DeleteModel(name="Note"),
        migrations.DeleteModel(name="Task"),
    ]

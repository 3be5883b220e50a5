"""Reviewing a complaint: conditions as a checklist, likely duplicates, notes and tasks of the staff."""

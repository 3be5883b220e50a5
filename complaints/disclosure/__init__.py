"""The annual disclosure of overdue payments to SMEs (Decree 802 arts 18, 22, 31, 34)."""

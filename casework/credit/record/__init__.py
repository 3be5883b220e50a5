"""The record itself, from the finding to its end."""

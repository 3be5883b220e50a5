"""Measures: each of the closed list, heard in the notice, applied with the decision, ended with the record."""

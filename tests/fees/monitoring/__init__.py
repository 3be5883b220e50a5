"""Monitoring points."""

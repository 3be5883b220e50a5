"""The monitoring as the responsible departments run it and supervisors read it."""

from fees.monitoring.admin import alarms, points, returns, rounds

__all__ = ["alarms", "points", "returns", "rounds"]

"""The pages of the monitoring points."""

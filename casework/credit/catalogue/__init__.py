"""What the law fixes about records: classes of severity with their limits, and the closed list of measures."""

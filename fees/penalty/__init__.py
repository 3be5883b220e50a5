"""The penalty case that a violation can lead to, on its own clock."""

"""The public pages about fees."""

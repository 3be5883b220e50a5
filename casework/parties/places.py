"""A place in a form; it is every room's, and stays known here under its first name."""

from casework.places import PlaceField as PlaceField

"""Figures for everybody: counted by the definitions of this room, small numbers hidden, kept for an hour."""

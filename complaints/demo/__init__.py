"""Example data for the demo: fictitious parties, cases in every state, all of it through the real services."""

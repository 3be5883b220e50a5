"""Leads that go to discipline inspection or the police; the person concerned learns nothing."""

"""The public pages of the disclosures."""

"""Those who complain must not be threatened (Decree 802 arts 20, 35)."""

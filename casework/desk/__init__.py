"""The desk of the staff: what may be done on a case, each as a page of the admin, whichever kind the case is."""

"""By which ways the one who follows a case is told what happens on it."""

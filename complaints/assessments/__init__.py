"""What is owed since when, and how large the complainant is: assessed in the complaint, kept, corrected."""

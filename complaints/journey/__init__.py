"""Filing a complaint in steps: the questions, the search for the debtor, and the way in."""

"""What is about arrears in the way of a case: who can handle it, how the respondent is classed, the commands."""

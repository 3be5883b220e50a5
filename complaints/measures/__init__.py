"""What follows silence: supervisory letter, interview, circular, order."""

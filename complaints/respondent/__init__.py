"""The respondent's side: feedback asked for, answered through a one-time link, judged by the handling department."""

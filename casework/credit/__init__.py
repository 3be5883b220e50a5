"""Credit-penalty records: finding, notice, decision, publication, measures, objection, repair, end.

A record harms a real subject: nothing happens by itself but the end (Decree 802 art. 26; NDRC Order 36).
"""

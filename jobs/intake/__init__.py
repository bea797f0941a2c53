"""How rows come in: what has landed as files or stands in tables of databases or in others' Delta tables, which of it is
news, read by the one parser, staged, judged, accepted or refused, and taken in; new contacts get their numbers on the way.

Decides whether a delivery counts. Gates and types become checks over counts (`checks`), which Great Expectations judges
(`expectations`); what is kept of them holds counts, never a contact's value. Does not know what a segment is.
`sources -> ingest` on the route.
"""

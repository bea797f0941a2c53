"""How rows come in: what has landed, which of it is news, read by the one parser, staged, judged, and accepted or refused.

Decides whether a delivery counts. Gates and types become checks over counts (`checks`), which Great Expectations judges
(`expectations`); what is kept of them holds counts, never a contact's value. Does not know what a segment is.
`sources -> ingest` on the route.
"""

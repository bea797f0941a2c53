"""How accepted rows become tiles: one pack at a time, visible whole or not at all.

Decides which (month, bucket) of a source is made anew and which only gets a part, and which rows are set aside because
nobody knows their contact yet. Contacts whom `ingest` has not numbered are numbered first. Rows are placed here and encoded
by the kernel; how they came in, and who asks for them, is not known here. `ingest -> pack` on the route.
"""

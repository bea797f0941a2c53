"""The sample company: a music shop's customers, purchases and mailings as files in a landing folder.

Real: the 23,570 customers of the CDNOW data and their 69,659 purchases of January 1997 to June 1998 (day, CDs, USD),
and from them `registered_on`, the day of the first purchase. Made up, from fixed seeds: country, language, gender,
birth_date, email_opt_in, email_valid, interests, every row of email_send, email_open, email_click, email_bounce, the CDs
that the shop sells (`product`), its loyalty club (`loyalty`, `points`), its stores, which CDs a purchase held (`order_line`:
as many, for the same dollars), what was given back, where newsletters were answered, and who asked for a video shop.
Cities are real (GeoNames). Of 1997 only in name: visits to the web shop (`web`), an app (`mobile`) and messages in
browsers (`webpush`).
The files are the same bytes on every machine: whole-number and plain float arithmetic only, no library's distributions.
"""

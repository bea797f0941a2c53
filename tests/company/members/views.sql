-- The shipped segments in another language, written by hand from what each is meant to say; nothing here comes from the
-- specs. Days are worked out on paper from as_of 1998-07-01T00:00 in New York (midnight is 04:00 UTC in summer, 05:00 in
-- winter): 30 days before is 1 June, 90 days 2 April, 180 days 2 January, a year or 365 days 1 July 1997.
-- A line of two dashes and one word begins the query of that segment; what stands before a file's first one makes views.

create view o as
select customer_id as c, ordered_at::date as d, number_of_cds::bigint as n, dollar_value::decimal(12,2) as v from "order";
create view s as
select c, count(*) as orders, min(d) as first_d, max(d) as last_d, sum(v) as revenue from o group by c;
-- The mail service hands some events over twice, as the same row.
create view se as select distinct event_id, contact_id as c, sent_at::timestamp as t, campaign from email_send;
create view op as
select distinct event_id, contact_id as c, opened_at::timestamp as t, campaign, privacy_open, platform from email_open;
create view cl as
select distinct event_id, contact_id as c, clicked_at::timestamp as t, campaign, link, link_category, platform
from email_click;
create view bo as select distinct event_id, contact_id as c, bounced_at::timestamp as t, campaign, reason from email_bounce;
create view p as select contact_id as c, * from contacts;
create view m as select c from p where email_opt_in = 'true' and email_valid = 'true';

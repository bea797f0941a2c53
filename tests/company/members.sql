-- The shipped segments in another language, written by hand from what each is meant to say; nothing here comes from the
-- specs. Days are worked out on paper from as_of 1998-07-01T00:00 in New York (midnight is 04:00 UTC in summer, 05:00 in
-- winter): 30 days before is 1 June, 90 days 2 April, 180 days 2 January, a year or 365 days 1 July 1997.
-- A line of two dashes and one word begins the query of that segment; what stands before the first one makes views.

create view o as
select customer_id as c, ordered_at::date as d, number_of_cds::bigint as n, dollar_value::decimal(12,2) as v from "order";
create view s as
select c, count(*) as orders, min(d) as first_d, max(d) as last_d, sum(v) as revenue from o group by c;
create view op as select contact_id as c, opened_at::timestamp as t, campaign from email_open;
create view cl as select contact_id as c, clicked_at::timestamp as t, link from email_click;
create view bo as select contact_id as c, bounced_at::timestamp as t, reason from email_bounce;
create view p as select contact_id as c, * from contacts;
create view m as select c from p where email_opt_in = 'true' and email_valid = 'true';

-- abroad_in_english
select c from p where country <> 'US' and language = 'en';

-- active_customers
select c from s where orders <> 1 and last_d >= '1998-04-02';

-- asked_to_unsubscribe
select c from p
where email_opt_in = 'true'
  and c in (select c from cl where link = 'unsubscribe' and t >= '1998-04-02 05:00');

-- avid_readers
select c from op where t >= '1998-01-02 05:00' group by c having count(distinct campaign) >= 5;

-- bargain_hunters
select c from o group by c having count(*) >= 3 and max(v) <= 20;

-- big_spenders
select c from s where revenue >= 500;

-- birthday_next_week
select c from m join p using (c) where right(birth_date,5) between '07-01' and '07-08';

-- bounced
select c from bo
group by c
having bool_or(reason = 'hard') or count(*) filter (where reason = 'soft' and t >= '1998-01-02 05:00') >= 2;

-- cd_collectors
select c from o group by c having sum(n) >= 50;

-- classical_and_jazz
select c from p
where interests like '%classical%'
  and interests like '%jazz%'
  and interests not like '%hip_hop%';

-- clicked_30d
select c from m
where c in (select c from cl where t >= '1998-06-01 04:00' and link <> 'unsubscribe');

-- defecting_customers
select c from s where last_d < '1998-04-02' and last_d >= '1997-07-01';

-- due_for_next_order
select c from s where orders >= 3 and last_d between '1998-05-02' and '1998-06-01';

-- first_time_buyers
select c from s where orders = 1 and last_d >= '1998-04-02';

-- free_order_then_paying
select distinct c from o where v > 0 and d >= '1997-07-01' and c in (select c from o where v = 0);

-- high_average_order
select c from o group by c having sum(v) >= 75 * count(*) and count(*) >= 2;

-- holiday_shoppers_1997
select c from o
where d between '1997-11-15' and '1997-12-31'
  and c not in (select c from o where d >= '1998-01-01')
group by c;

-- inactive_customers
select c from s where last_d < '1997-07-01';

-- incomplete_profiles
select c from m join p using (c)
where (country is null or language is null or birth_date is null)
  and c in (select c from o where d >= '1997-07-01');

-- lapsed_vips
select c from s where revenue >= 300 and last_d < '1998-01-02';

-- loyal_regulars
select c from o where d >= '1997-07-01' group by c having count(distinct d) >= 6;

-- mailable
select c from m;

-- never_opened
select contact_id from email_send
where contact_id not in (select c from op)
group by contact_id
having count(*) >= 6;

-- newcomers_march_1997
select c from s where first_d between '1997-03-01' and '1997-03-31';

-- one_big_basket
select distinct c from o where v >= 200;

-- one_time_buyers
select c from s where orders = 1 and first_d < '1998-04-02';

-- opened_not_bought_30d
select c from m
where c in (select c from op where t >= '1998-06-01 04:00')
  and c not in (select c from o where d >= '1998-06-01');

-- reads_but_bought_once
select c from m
where c in (select c from s where orders = 1)
  and c in (select c from op where t >= '1998-01-02 05:00' group by c having count(distinct campaign) >= 3);

-- repeat_buyers
select c from o group by c having count(distinct d) >= 2;

-- rising_spenders
select c from o
group by c
having sum(v) filter (where d >= '1998-01-02') >= 100
  and sum(v) filter (where d >= '1997-07-01') >= 150
  and sum(v) < 300;

-- weekend_shoppers
select c from o where dayofweek(d) in (0,6) group by c having count(*) >= 3;

-- win_back
select m.c from m join s using(c)
where last_d < '1998-04-02'
  and revenue >= 100
  and m.c not in (select c from cl where link = 'unsubscribe' and t >= '1998-04-02 05:00');

-- young_adults
select c from p where birth_date <= '1980-07-01' and birth_date > '1972-07-01';

-- Purchases of 0.00 dollars never count; refunds are taken off what was spent. All purchases lie within two years.
create view rf as select customer_id as c, refunded_at::timestamp as t, amount::decimal(12,2) as v from order_refund;
create view li as
select customer_id as c, ordered_at as d, order_key, line, pieces, product_id, category, brand, category_path
from order_line left join product using (product_id);
create view spent as
select s.c, revenue - coalesce(back, 0) as whole, coalesce(paid_1y, 0) - coalesce(back_1y, 0) as of_year
from s
left join (select c, sum(v) as back, sum(v) filter (where t >= '1997-07-01 04:00') as back_1y from rf group by c) using (c)
left join (select c, sum(v) as paid_1y from o where d >= '1997-07-01' group by c) using (c);
create view fifths as
with paid as (select c, max(d) as last_paid, count(*) as times from o where v > 0 group by c),
everybody as (select s.c, last_paid, coalesce(times, 0) as times, whole from s join spent using (c) left join paid using (c)),
known as (select c, 1 + (rank() over (order by last_paid) - 1) * 5 // count(*) over () as r from everybody where last_paid is not null)
select
    c, r, times, whole, 1 + (rank() over (order by times) - 1) * 5 // count(*) over () as f,
    1 + (rank() over (order by whole) - 1) * 5 // count(*) over () as m
from everybody left join known using (c);
create view answers as select c, t from op union all select c, t from cl;
create view asked as
select contact_id as c, signed_up_on, nullif(bought_on, '') as bought_on from video_lead;
create view champion as select c from fifths where r >= 4 and f >= 4 and m = 5;
create view gave_back as select c from rf where t >= '1997-07-01 04:00' group by c having sum(v) >= 40;
-- For the combined segments.
create view avid as select c from op where t >= '1998-01-02 05:00' group by c having count(distinct campaign) >= 5;
create view writable as
select c from m
where c not in (select c from cl where link = 'unsubscribe' and t >= '1998-04-02 05:00')
  and c not in (select contact_id from email_complaint where complained_at::timestamp >= '1997-07-01 04:00');
create view gone as
select s.c from s join fifths using (c)
where (revenue >= 300 and last_d < '1998-01-02') or (r <= 2 and f >= 4 and m >= 4) or (whole >= 500 and last_d < '1998-04-02');
create view bought_again as select c from o group by c having count(distinct d) >= 2;
create view came_back as
select c from bo group by c
having bool_or(reason = 'hard') or count(*) filter (where reason = 'soft' and t >= '1998-01-02 05:00') >= 2;

-- champions
select c from champion;

-- cannot_lose_them
select c from fifths where r <= 2 and f >= 4 and m >= 4;

-- gold_and_platinum
select c from spent where whole >= 500;

-- new_video_leads
select c from asked where bought_on is null and signed_up_on >= '1998-04-02';

-- cold_video_leads
select c from asked join answers using (c)
where bought_on is null and signed_up_on < '1998-04-02'
group by c
having max(t) >= '1998-01-02 05:00' and max(t) < '1998-04-02 05:00';

-- video_converts
select c from asked where bought_on > signed_up_on;

-- growing_customers
select c from spent where whole - of_year > 0 and of_year >= 100 and of_year >= 1.5 * (whole - of_year);

-- jazz_lovers
select c from li where d >= '1997-07-01' and category is not null
group by c
having sum(pieces) >= 4 and 2 * coalesce(sum(pieces) filter (where category = 'jazz'), 0) >= sum(pieces);

-- classical_gone_cold
select c from li where category = 'classical' group by c having max(d) < '1997-07-01';

-- opera_buyers
select c from li where category_path = 'music > classical > opera' group by c having sum(pieces) >= 2;

-- last_bought_of_blue_door
select c from li where brand <> '' group by c having max({'day': d, 'label': brand}).label = 'Blue Door';

-- buys_without_reading
select c from answers group by c
having max(t) < '1998-04-02 05:00' and c in (select c from o where v > 0 and d >= '1998-04-02');

-- much_given_back
select c from gave_back;

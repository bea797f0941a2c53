-- Feeds hold some rows twice: a page, a visit or a tag that came again is one. Sixty days before is 2 May, fourteen 17 June.
-- A purchase knows only its day: in order_line it stands at that day's first instant in New York.
create view w_visit as
select distinct contact_id as c, session_id, started_at::timestamp as t, device,
  (started_at at time zone 'America/New_York')::date as d
from web_session;
create view w_page as
select distinct contact_id as c, session_id, page_no, viewed_at::timestamp as t, page, page_type from page_view;
create view w_cd as
select distinct contact_id as c, session_id, page_no, viewed_at::timestamp as t, product_id as cd from product_view;
create view w_category as
select distinct contact_id as c, session_id, page_no, viewed_at::timestamp as t, category from category_view;
create view w_cart as
select distinct contact_id as c, session_id, page_no, updated_at::timestamp as t, value from cart_update;
create view w_tag as
select distinct contact_id as c, session_id, page_no, name, tagged_at::timestamp as t, results, seconds from web_tag;
create view w_bought as
select customer_id as c, product_id as cd, timezone('America/New_York', ordered_at::timestamp)::timestamp as t from order_line;

-- article_readers
select c from w_page
where t >= '1998-04-02 05:00' and starts_with(page, '/article/')
group by c having count(distinct page) >= 3;

-- blue_door_fans
select c from w_cd join product on product_id = cd
where brand = 'Blue Door' and t >= '1998-04-02 05:00'
group by c having count(*) >= 3;

-- came_back_lately
select c from w_visit group by c
having max(d) >= '1998-06-17'
  and count(*) filter (where d between '1998-05-02' and '1998-06-16') = 0
  and min(d) < '1998-05-02';

-- cart_left_last_week
select c from (select *, row_number() over (partition by c order by t desc, value desc) as nth from w_cart)
where nth = 1 and t >= '1998-06-24 04:00' and t < '1998-07-01 02:00' and value >= 40
  and c not in (select contact_id from checkout where checked_out_at::timestamp >= '1998-06-24 04:00');

-- heard_samples_not_bought
select c from w_tag where name = 'sample_played' and t >= '1998-05-02 04:00' and c not in (select c from o where d >= '1998-05-02')
group by c having sum(seconds) >= 60;

-- jazz_browsers
select c from w_category where category = 'jazz' and t >= '1998-04-02 05:00' group by c having count(*) >= 2
union
select c from w_cd join product on product_id = cd
where starts_with(category_path, 'music > jazz') and t >= '1998-04-02 05:00'
group by c having count(distinct cd) >= 3;

-- looked_not_bought_60d
with seen as (select c, cd, max(t) as t from w_cd where t >= '1998-05-02 04:00' group by c, cd)
select distinct c from seen
where t <= '1998-06-24 04:00'
  and not exists (from w_bought b where b.c = seen.c and b.cd = seen.cd and b.t > seen.t and b.t <= seen.t + interval 168 hour)
  and c not in (
    select b.c from w_bought b join w_cd v on v.c = b.c and v.cd = b.cd
    where b.t >= '1998-05-02 04:00' and v.t > b.t and v.t <= b.t + interval 25 hour
  )
  and c not in (select c from w_bought where cd is null and t >= '1998-05-02 04:00');

-- only_on_the_phone
select c from w_visit where t >= '1998-04-02 05:00' group by c
having count(*) filter (where device = 'phone') >= 1 and count(*) filter (where device in ('desktop', 'tablet')) = 0;

-- searched_in_vain
select c from w_tag where name = 'search' and results = 0 and t >= '1998-04-02 05:00' group by c having count(*) >= 2;

-- visits_without_buying
select c from w_visit where t >= '1998-04-02 05:00' and c not in (select c from o where d >= '1997-07-01')
group by c having count(distinct d) >= 3;

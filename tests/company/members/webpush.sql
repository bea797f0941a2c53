-- Messages that came twice are one. Days are written as Americans do; `never` is the end of a yes for good.
create view b_browser as
select contact_id as c, permission = 'granted' as yes, strptime(granted_on, '%m/%d/%Y')::date as since,
  case when expires_on = 'never' then '9999-12-31'::date else strptime(expires_on, '%m/%d/%Y')::date end as until
from browser;
create view b_show as select distinct message_id, contact_id as c, shown_at::timestamp as t from webpush_show;
create view b_click as select distinct message_id, contact_id as c, clicked_at::timestamp as t from webpush_click;

-- browser_but_no_newsletter
select distinct c from b_browser join p using (c) where yes and until > '1998-07-01' and email_opt_in = 'false';

-- browser_messages_ignored
select c from b_show
where t >= '1998-01-01 05:00' and c not in (select c from b_click where t >= '1998-01-01 05:00')
group by c having count(*) >= 5;

-- browser_reachable
select distinct c from b_browser where yes and until > '1998-07-01';

-- clicked_then_bought
select distinct c from b_click as click
where t >= '1997-07-01 04:00' and exists (
  from checkout where contact_id = click.c
    and checked_out_at::timestamp > click.t and checked_out_at::timestamp <= click.t + interval 48 hour
);

-- clicks_in_browser
select c from b_click where t >= '1998-01-01 05:00' group by c having count(*) >= 2;

-- new_in_browser
select c from b_browser where yes group by c having min(since) >= '1998-06-01';

-- said_no_in_every_browser
select c from b_browser where c in (select c from o where d >= '1998-04-02') group by c having not bool_or(yes);

-- yes_ends_soon
select c from b_browser where yes group by c having max(until) between '1998-07-02' and '1998-07-31';

-- yes_has_ended
select c from b_browser where yes and c in (select c from o where d >= '1997-07-01')
group by c having max(until) <= '1998-07-01';

create view mailing_about as select campaign, category, kind from email_campaign;
create view un as select distinct event_id, contact_id as c, unsubscribed_at::timestamp as t from email_unsubscribe;
create view co as select distinct event_id, contact_id as c, complained_at::timestamp as t from email_complaint;
create view sm as
select distinct event_id, contact_id as c, campaign, sent_at at time zone 'UTC' as t, opened_at at time zone 'UTC' as opened
from service_email;

-- readers_not_machines
select c from op
where c in (select c from m) and privacy_open = 'false' and t >= '1998-04-02 05:00'
group by c
having count(*) >= 2;

-- only_machines_open
select c from op where t >= '1998-01-02 05:00'
group by c
having count(*) filter (where privacy_open = 'true') >= 2 and count(*) filter (where privacy_open = 'false') = 0;

-- clicked_classical_or_jazz
select c from m
where c in (select c from cl where link_category in ('classical', 'jazz') and t >= '1997-07-01 04:00');

-- mobile_readers
select c from op where platform = 'mobile' and t >= '1997-07-01 04:00'
union
select c from cl where platform = 'mobile' and t >= '1997-07-01 04:00';

-- june_newsletter_unopened
select c from m
where c in (select c from se where campaign = 'newsletter_1998_06')
  and c not in (select c from op where campaign = 'newsletter_1998_06')
  and c not in (select c from cl where campaign = 'newsletter_1998_06');

-- sale_readers_without_a_click
select c from m
where c in (select c from op join mailing_about using (campaign) where category = 'sale' and t >= '1997-07-01 04:00')
  and c not in (select c from cl where link_category = 'offers' and t >= '1997-07-01 04:00');

-- last_six_unopened
select se.c from se join (select c, max(t) as opened from op group by c) using (c)
where se.t > opened
group by se.c
having count(*) >= 6;

-- unsubscribed_but_opted_in
select c from p where email_opt_in = 'true' and c in (select c from un);

-- called_it_junk
select distinct c from co where t >= '1997-07-01 04:00';

-- reads_service_mails_only
select c from p
where email_opt_in is null
  and c in (select c from sm join mailing_about using (campaign)
            where kind = 'transactional' and opened is not null and t >= '1998-01-02 05:00');

-- came_back_after_mail
-- A purchase is booked on the midnight of its day in New York, 04:00 or 05:00 UTC; 30 days are 720 hours.
select distinct sm.c from sm join o on sm.c = o.c
where sm.campaign = 'come_back'
  and sm.t >= '1997-07-01 04:00'
  and timezone('UTC', timezone('America/New_York', o.d::timestamp)) > sm.t
  and timezone('UTC', timezone('America/New_York', o.d::timestamp)) <= sm.t + interval 720 hours;

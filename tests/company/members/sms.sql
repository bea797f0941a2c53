create view ss as select distinct event_id, contact_id as c, sent_at at time zone 'UTC' as t, campaign from sms_send;
create view sr as
select distinct event_id, contact_id as c, reported_at at time zone 'UTC' as t, campaign, state from sms_report;
create view sc as select distinct event_id, contact_id as c, clicked_at at time zone 'UTC' as t, campaign from sms_click;
create view stop as select distinct contact_id as c from sms_unsubscribe;
create view tx as
select c from p
where sms_opt_in = 'true'
  and mobile_phone <> ''
  and c not in (select c from stop)
  and c not in (select c from sr where state = 'hard_bounce' group by c having count(*) > 1);

-- textable
select c from tx;

-- clicked_texts_90d
select c from sc
where c in (select c from tx) and t >= '1998-04-02 05:00'
group by c
having count(distinct campaign) >= 2;

-- sale_by_text
select c from tx
where c in (select c from sc join sms_campaign using (campaign) where category = 'sale' and t >= '1998-01-02 05:00');

-- texts_without_a_click
select c from sr
where state = 'received'
  and t >= '1998-01-02 05:00'
  and c not in (select c from sc where t >= '1998-01-02 05:00')
group by c
having count(*) >= 6;

-- no_such_number
select distinct c from sr where state = 'hard_bounce' and t >= '1998-01-02 05:00';

-- texts_do_not_get_through
select c from sr
where c not in (select c from sr where state = 'hard_bounce')
group by c
having count(*) filter (where state = 'soft_bounce' and t >= '1998-04-02 05:00') >= 2;

-- last_text_not_clicked
select c from tx
where c in (select c from sr where campaign = 'sms_1998_06_25' and state = 'received')
  and c not in (select c from sc where campaign = 'sms_1998_06_25');

-- last_text_untold
select c from ss where campaign = 'sms_1998_06_25'
except
select c from sr where campaign = 'sms_1998_06_25';

-- stopped_texts_reads_mails
select c from m where c in (select c from stop) and c in (select c from op where t >= '1998-04-02 05:00');

-- bought_after_text
select distinct ss.c from ss join o on ss.c = o.c
where ss.t >= '1998-04-02 05:00'
  and timezone('UTC', timezone('America/New_York', o.d::timestamp)) > ss.t
  and timezone('UTC', timezone('America/New_York', o.d::timestamp)) <= ss.t + interval 168 hours;

create view bk as
select contact_id as c, departs_on::date as departs, travel_class, status from booking;
create view su as
select contact_id as c, ends_on::date as ends, renewed, contract_value::decimal(10,2) as worth from subscription;
create view tk as
select contact_id as c, status, pr.brand, br.kind
from support_ticket
left join product pr using (product_id)
left join brand br on br.name = pr.brand;
create view ca as
select call_id::bigint as id, contact_id as c, started_at::timestamp as t, direction, outcome from call;
create view np as
select answer_id, contact_id as c, answered_at at time zone 'UTC' as t, score from nps;

-- departs_this_month
select distinct c from bk where departs between '1998-07-01' and '1998-07-31' and status = 'confirmed';

-- first_class_travellers
select distinct c from bk
where departs between '1998-07-01' and '1998-12-28' and travel_class = 'first' and status in ('requested', 'confirmed');

-- subscription_ends_next_month
select distinct c from su where ends between '1998-08-01' and '1998-08-31' and renewed = 'false';

-- undecided_subscribers
select distinct c from su where ends between '1998-07-01' and '1998-07-31' and coalesce(renewed, '') = '';

-- contracts_of_250
select c from su where ends >= '1998-07-01' group by c having sum(worth) >= 250;

-- open_ticket_northlight
select distinct c from tk where status <> 'closed' and brand = 'Northlight';

-- open_ticket_independent_label
select distinct c from tk where status <> 'closed' and kind = 'independent';

-- calls_often
select c from ca where direction = 'inbound' and t >= '1998-04-02 05:00' group by c having count(*) >= 3;

-- waits_for_a_call
select c from ca
where t >= '1998-06-01 04:00'
qualify row_number() over (partition by c order by t desc, coalesce(outcome, '') desc) = 1 and outcome = 'promised_callback';

-- detractors_who_bought_since
select distinct np.c from np join o on o.c = np.c
where score <= 6 and np.t >= '1998-01-02 05:00' and np.t < o.d + interval '5 hours' - case when o.d > '1998-04-05' then interval '1 hour' else interval '0 hours' end;

-- promoters_to_ask
select c from (select c, score from np qualify row_number() over (partition by c order by t desc, score desc) = 1)
where score >= 9 and c in (select c from m) and c in (select c from o where d >= '1997-07-01');

-- asked_to_unsubscribe
select c from p
where email_opt_in = 'true'
  and c in (select c from cl where link = 'unsubscribe' and t >= '1998-04-02 05:00');

-- avid_readers
select c from op where t >= '1998-01-02 05:00' group by c having count(distinct campaign) >= 5;

-- bounced
select c from bo
group by c
having bool_or(reason = 'hard') or count(*) filter (where reason = 'soft' and t >= '1998-01-02 05:00') >= 2;

-- clicked_30d
select c from m
where c in (select c from cl where t >= '1998-06-01 04:00' and link <> 'unsubscribe');

-- mailable
select c from m;

-- never_opened
select c from se
where c not in (select c from op)
group by c
having count(*) >= 6;

-- opened_not_bought_30d
select c from m
where c in (select c from op where t >= '1998-06-01 04:00')
  and c not in (select c from o where d >= '1998-06-01');

-- reads_but_bought_once
select c from m
where c in (select c from s where orders = 1)
  and c in (select c from op where t >= '1998-01-02 05:00' group by c having count(distinct campaign) >= 3);

-- win_back
select m.c from m join s using(c)
where last_d < '1998-04-02'
  and revenue >= 100
  and m.c not in (select c from cl where link = 'unsubscribe' and t >= '1998-04-02 05:00');

-- active_customers
select c from s where orders <> 1 and last_d >= '1998-04-02';

-- defecting_customers
select c from s where last_d < '1998-04-02' and last_d >= '1997-07-01';

-- due_for_next_order
select c from s where orders >= 3 and last_d between '1998-05-02' and '1998-06-01';

-- first_time_buyers
select c from s where orders = 1 and last_d >= '1998-04-02';

-- inactive_customers
select c from s where last_d < '1997-07-01';

-- newcomers_march_1997
select c from s where first_d between '1997-03-01' and '1997-03-31';

-- one_time_buyers
select c from s where orders = 1 and first_d < '1998-04-02';

-- repeat_buyers
select c from o group by c having count(distinct d) >= 2;

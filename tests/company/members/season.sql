-- free_order_then_paying
select distinct c from o where v > 0 and d >= '1997-07-01' and c in (select c from o where v = 0);

-- holiday_shoppers_1997
select c from o
where d between '1997-11-15' and '1997-12-31'
  and c not in (select c from o where d >= '1998-01-01')
group by c;

-- weekend_shoppers
select c from o where dayofweek(d) in (0,6) group by c having count(*) >= 3;

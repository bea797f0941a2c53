-- bargain_hunters
select c from o group by c having count(*) >= 3 and max(v) <= 20;

-- big_spenders
select c from s where revenue >= 500;

-- cd_collectors
select c from o group by c having sum(n) >= 50;

-- high_average_order
select c from o group by c having sum(v) >= 75 * count(*) and count(*) >= 2;

-- lapsed_vips
select c from s where revenue >= 300 and last_d < '1998-01-02';

-- loyal_regulars
select c from o where d >= '1997-07-01' group by c having count(distinct d) >= 6;

-- one_big_basket
select distinct c from o where v >= 200;

-- rising_spenders
select c from o
group by c
having sum(v) filter (where d >= '1998-01-02') >= 100
  and sum(v) filter (where d >= '1997-07-01') >= 150
  and sum(v) < 300;

-- The views that these are made of stand in insight.sql and geolocation.sql.

-- valued_and_gone
select c from gone;

-- may_be_written_to
select c from writable;

-- personal_letter
select c from s
where c in (select c from gone) and c in (select c from writable) and c not in (select c from gave_back)
order by revenue desc, c limit 100;

-- champions_who_read
select c from champion join avid using (c);

-- buys_or_reads
(select c from champion except select c from avid) union all (select c from avid except select c from champion);

-- leads_to_call
select a.c from asked a
where bought_on is null
  and (signed_up_on >= '1998-04-02' or (
    select max(t) >= '1998-01-02 05:00' and max(t) < '1998-04-02 05:00' from answers where answers.c = a.c))
  and c in (select c from bought_again)
  and c not in (select c from came_back);

-- travelling_big_spenders
select distinct c from five
where c not in (select c from home) and c in (select c from o group by c having sum(v) >= 75 * count(*) and count(*) >= 2);

-- could_become_champions
select c from s join bought_again using (c) where last_d >= '1997-07-01' and c not in (select c from champion);

-- champions_without_refunds
select c from champion where c not in (select c from gave_back);

-- cities_of_the_tour
select c from home where city = 'london'
union
select c from pl
where t >= '1997-07-01 04:00' and (
    km(latitude, longitude, 34.0522, -118.2437) <= 50
    or (latitude between 37.2 and 38.1 and longitude between -122.6 and -121.7));

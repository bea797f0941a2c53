-- A response comes once or twice, as the same row.
create view pl as
select distinct response_id, contact_id as c, responded_at at time zone 'UTC' as t, lower(city) as city, country, latitude, longitude
from email_response_place;
-- The last five responses with a city, and the city that holds three of them or more.
create view five as
select c, city, country from pl where city is not null
qualify row_number() over (partition by c order by t desc) <= 5 and count(*) over (partition by c) >= 5;
create view home as select c, city from five group by c, city having count(*) >= 3;
create view home_country as
select c, arg_max(country, t) as country from pl join home using (c, city) group by c;
create macro km(north, east, to_north, to_east) as 2 * 6371.0088 * asin(sqrt(
    sin(radians(to_north - north) / 2) ** 2
    + cos(radians(north)) * cos(radians(to_north)) * sin(radians(to_east - east) / 2) ** 2));

-- london_residents
select c from home where city = 'london';

-- new_york_visitors
select distinct c from pl join home using (c)
where pl.city = 'new york city' and t >= '1997-07-01 04:00' and home.city <> 'new york city';

-- visitors_from_abroad_in_britain
select distinct c from pl join home_country h using (c)
where pl.country = 'GB' and t >= '1997-07-01 04:00' and h.country <> 'GB';

-- answered_from_japan
select distinct c from pl where country = 'JP' and t >= '1997-07-01 04:00';

-- around_los_angeles
select distinct c from pl where t >= '1997-07-01 04:00' and km(latitude, longitude, 34.0522, -118.2437) <= 50;

-- bay_area
select distinct c from pl
where t >= '1997-07-01 04:00' and latitude between 37.2 and 38.1 and longitude between -122.6 and -121.7;

-- always_on_the_road
select distinct c from five where c not in (select c from home);

-- collected_around_new_york
select distinct customer_id as c from order_line join store using (store_id)
where ordered_at >= '1997-07-01' and km(latitude::double, longitude::double, 40.7128, -74.006) <= 30;

-- perhaps_moved
select c from home join p using (c) where p.city <> '' and lower(p.city) <> home.city;

-- abroad_in_winter
select distinct c from pl join home_country h using (c)
where pl.country <> h.country and t >= '1997-12-01 05:00' and t < '1998-02-01 05:00';

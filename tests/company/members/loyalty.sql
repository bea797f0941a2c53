create view lo as
select contact_id as c, joined_on::date as joined, tier, tier_since::date as since, points::bigint as points,
  pending::bigint as pending, to_expire::bigint as losing, expires_on::date as lost_on, points_to_next_tier::bigint as missing
from loyalty;
-- The club's software hands some lines over twice, as the same row.
create view pt as
select distinct entry_id, contact_id as c, booked_at at time zone 'UTC' as t, kind, points as n from points;

-- club_members
select c from lo;

-- regulars_not_in_club
select c from o group by c having count(distinct d) >= 3 and c in (select c from m) and c not in (select c from lo);

-- gold_club_members
select c from lo where tier = 'gold' or tier = 'platinum';

-- nearly_next_tier
select c from lo where missing <= 25;

-- points_lost_this_month
select c from lo where lost_on >= '1998-07-01' and lost_on <= '1998-07-31' and losing >= 50 and c in (select c from m);

-- joined_club_30d
select c from lo where joined >= '1998-06-01';

-- new_in_tier_90d
select c from lo where tier <> 'bronze' and since >= '1998-04-02';

-- collected_100_in_90d
select c from pt where kind = 'earned' and t >= '1998-04-02 05:00' group by c having sum(n) >= 100;

-- redeemed_this_year
select distinct c from pt where kind = 'redeemed' and t >= '1998-01-01 05:00';

-- saves_for_a_voucher
select c from lo where points >= 100 and c not in (select c from pt where kind = 'redeemed');

-- purchase_points_pending
select c from lo where pending >= 20;

-- Messages and events that came twice are one. A device's last use is in milliseconds since 1970. w_bought is in web.sql.
create view m_device as
select contact_id as c, app, platform, string_split(app_version, '.')::int[] as version, push_enabled = 'true' as push,
  make_timestamp(last_active_at::bigint * 1000) as used_at
from device;
create view m_push as
select distinct message_id, contact_id as c, sent_at::timestamp as t from push_send where status = 'delivered';
create view m_event as
select distinct event_id, contact_id as c, happened_at::timestamp as t, name, seconds, product_id as cd from app_event;

-- app_sleepers
select c from m_device group by c having max(used_at) < '1998-04-02 05:00';

-- both_systems
select c from m_device group by c having count(distinct platform) = 2;

-- buyers_without_app
select c from o where d >= '1997-07-01' and c not in (select c from m_device) group by c having count(*) >= 2;

-- needs_app_update
select c from m_device where app = 'shop' and version is not null
group by c having max(version) < [4, 9];

-- new_in_the_app
select contact_id from app_install group by contact_id having min(installed_at)::timestamp >= '1998-06-01 04:00';

-- push_reachable
select distinct c from m_device where push and used_at >= '1998-04-02 05:00';

-- pushes_ignored
select c from m_push
where t >= '1998-04-02 05:00'
  and c not in (select contact_id from push_open where opened_at::timestamp >= '1998-04-02 05:00')
group by c having count(*) >= 5;

-- sale_seen_not_clicked
select distinct contact_id from inapp_show
where campaign = 'spring_sale' and shown_at::timestamp >= '1998-04-02 05:00'
  and contact_id not in (select contact_id from inapp_click where campaign = 'spring_sale');

-- song_players
select c from m_event where name = 'song_played' and t >= '1998-04-02 05:00' group by c having sum(seconds) >= 600;

-- wished_not_bought
with wished as (
  select c, cd, max(t) as t from m_event
  where name = 'wish_added' and cd is not null and t >= '1998-05-02 04:00' group by c, cd
)
select distinct c from wished
where t <= '1998-06-17 04:00'
  and not exists (
    from w_bought b where b.c = wished.c and b.cd = wished.cd and b.t > wished.t and b.t <= wished.t + interval 336 hour
  )
  and c not in (
    select b.c from w_bought b join m_event v on v.c = b.c and v.cd = b.cd and v.name = 'wish_added'
    where b.t >= '1998-05-02 04:00' and v.t > b.t and v.t <= b.t + interval 25 hour
  )
  and c not in (select c from w_bought where cd is null and t >= '1998-05-02 04:00');

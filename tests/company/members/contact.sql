-- catalog_runs_out
select c from p where catalog_until between '1998-07-01' and '1998-07-31';

-- catalog_ran_out
select c from p where catalog_until like '1998-06-%';

-- families
select m.c from m join p using (c) where children::int >= 2;

-- seniors
select m.c from m join p using (c) where birth_date <= '1933-07-01';

-- musicians
select m.c from m join p using (c) where job ilike '%musician%' or job ilike '%teacher%';

-- business_customers
select c from p where company <> '' and country in ('US', 'CA');

-- jazz_in_new_york
select m.c from m join p using (c)
where city ilike 'new york city'
  and interests like '%jazz%'
  and interests not like '%hip_hop%';

-- on_pacific_time
select m.c from m join p using (c) where own_time_zone in ('America/Los_Angeles', 'America/Vancouver');

-- birthday_in_a_week
select m.c from m join p using (c) where birth_date like '%-07-08';

-- came_by_media
select c from p join s using (c) where registered_from in ('radio', 'magazine') and orders = 1;

-- profile_just_changed
select c from p where profile_changed_on >= '1998-06-17';

-- wrong_address_with_phone
select c from p
where email_opt_in = 'true'
  and email_valid = 'false'
  and sms_opt_in = 'true'
  and mobile_phone <> '';

-- ask_for_text_messages
select c from p where mobile_phone <> '' and sms_opt_in is null;

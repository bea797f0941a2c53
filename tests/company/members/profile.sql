-- abroad_in_english
select c from p where country <> 'US' and language = 'en';

-- birthday_next_week
select c from m join p using (c) where right(birth_date,5) between '07-01' and '07-08';

-- classical_and_jazz
select c from p
where interests like '%classical%'
  and interests like '%jazz%'
  and interests not like '%hip_hop%';

-- incomplete_profiles
select c from m join p using (c)
where (country is null or language is null or birth_date is null)
  and c in (select c from o where d >= '1997-07-01');

-- young_adults
select c from p where birth_date <= '1980-07-01' and birth_date > '1972-07-01';

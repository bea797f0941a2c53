"""Rows of relational databases: found by Airflow's connections, read by Python drivers as they were at one moment.

    database_rows.py   one table as one delivery for each as_of; changed_rows.py what has changed since the last one
    moments.py         one moment for all tables of a connection, held open until the ingest is done
    logins.py          connections, read where Airflow keeps them; a password goes nowhere else
    engines.py         the databases, one row each · sessions.py  what a connection must be able to do
    postgres.py        PostgreSQL, by COPY · dbapi.py  MariaDB, MySQL and whatever speaks DB-API 2.0
    server_values.py   values as servers write them, as Arrow's arrays · server_faults.py  what can be wrong

Decides what a server's rows mean, or that they mean nothing. Does not know whether a delivery counts (the room around it).
"""

"""The SQL twin, executed: every table of meaning in DuckDB and on Spark, and what a statement looks like."""

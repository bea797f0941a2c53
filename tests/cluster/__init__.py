"""Nights on executors of their own that have no checkout, and what is left when one of them is killed."""

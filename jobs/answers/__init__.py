"""What people ask: who would be a member, why somebody is or is not, how many each condition holds for, do tests pass,
what came in and what is in it.

`workspace` reads what was asked about; `folder` (with `folder_lists`) answers from files, as `try` and `spec_tests` ask;
`evidence` answers from a run of the lake; `why`, `why_answer`, `why_values` and `counts` make words of it; `tile_counts`
counts from its tiles, of everybody or of a `bucket_sample`, for `preview` and `history`; `foretold_costs` says what a spec
would cost a night;
`formula_verdicts` and `readable_values` are the kernel's answers for one contact. Everything here answers in about a second
and without Spark, and decides nothing that a night would decide otherwise: the same plan, the same kernel.
"""

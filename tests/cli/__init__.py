"""The command line as people and programs meet it: exit codes, whole messages, the shapes of `--json`."""

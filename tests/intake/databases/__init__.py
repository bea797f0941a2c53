"""The catalog's files and the one parser: each refusal with its place and words, each odd file with its answer."""

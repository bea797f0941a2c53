"""Strict reading: every spelling that is accepted, and the whole message for those that are not."""

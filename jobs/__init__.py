"""Muster: from JSON segment specs to published audiences and frozen contact lists.

Rooms, in the one direction imports may go:
errors, settings <- syntax <- catalog <- language <- plan <- kernel, sql <- lake <- quality, lists <- steps <- __main__
"""

"""Muster: from JSON segment specs to published audiences and frozen contact lists.

Rooms, in the one direction imports may go:
errors <- syntax <- catalog <- language <- plan <- kernel, sql, settings <- lake <- runs <- intake <- packs <- evaluation
<- publication <- answers, lists <- steps <- bench <- commands <- __main__
"""

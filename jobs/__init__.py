"""Muster: from JSON segment specs to published audiences and frozen contact lists.

Rooms, in the one direction imports may go:
errors, settings <- syntax <- catalog <- language <- plan <- kernel, sql <- lake <- runs <- intake <- packs <- evaluation
<- publication <- answers, lists <- steps <- commands, __main__
"""

"""How specs come to be written, found again and changed: from a template or another spec, by what refers to them, renamed,
and what a changed catalog does to them.

It decides how a template is filled and what a change of one file means for the others: files in, files out. What the lake
knows of rows and lists it is told by the rooms before it.

    parameters.py        what a template asks for: types, what the catalog admits, values as they are typed
    relative_moments.py  `{"ago": "30d"}` in a test, as the column writes it
    filling.py           values in the place of parameters, anywhere in a spec and its tests
    templates.py         the files of templates, read strictly
    filled_templates.py  a template with values: whether its spec binds, whether its tests pass
    new_specs.py         a spec and its tests written into the folder, whole or not at all
    spec_references.py   what refers to a segment: specs, tests, templates
    spec_changes.py      a spec renamed with what refers to it, copied, removed; changed_files.py: all of it or nothing
    column_users.py      which segments a source or a column serves
    catalog_pages.py     what `catalog` shows of sources and columns; catalog_check.py: what a changed catalog does to specs
    usage.py             where a segment, a source or a column is used, in words and as JSON
"""

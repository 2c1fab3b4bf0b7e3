"""Loads the open police data (data.police.uk): street crime and outcome files, as published.

Every row of every file ends in exactly one of: loaded, later version of another row, same as
another row, quarantined. The end state depends on what was loaded, not on the order or on how
often (docs/modules/police_uk.md says how, and where the order does decide).
"""

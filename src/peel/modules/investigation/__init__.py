"""Investigation: crimes and incidents from record to outcome, for officers and supervisors.

Serves the Home Office Counting Rules and the National Crime Recording Standard.
"""

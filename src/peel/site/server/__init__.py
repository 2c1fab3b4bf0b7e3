"""The private PostgreSQL of a checkout, and the supervisor of Peel's own processes.

Everything here but `database` and `web` runs on the standard library alone, so that `./peel
doctor` answers on a machine where nothing has been installed yet.
"""

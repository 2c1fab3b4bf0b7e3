"""Tests of the set-up: the private server, the launcher, the test database itself."""

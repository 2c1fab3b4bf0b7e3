"""The site: settings, addresses, home, sign-in, the demo story and the `peel` command."""

"""The permissions of exchange."""

IMPORT = "exchange.import"
EXPORT = "exchange.export"

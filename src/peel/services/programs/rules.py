"""The permissions of tokens. The database asks for them once more (kernel/access/sql)."""

MAKE = "access.token.create"
MANAGE = "staff.token.manage"

"""The permissions of notices, watching and break-glass. One's own inbox asks for none."""

WATCH = "notify.watch"
BREAK_GLASS = "records.break_glass"
END = "records.glass.end"
JUDGE = "records.glass.judge"
SUPERVISE = "records.restrict.manage"
# Break-glass: how much has to be said, and how long an alarm rests before it rings again.
LEAST_WORDS = 20
RINGS_AGAIN_MINUTES = 60
# Changes of one record by one person so close together are one notice.
FOLDED_MINUTES = 10
READ_KEPT_DAYS = 90

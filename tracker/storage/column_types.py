"""The column types of every table, equal in order and range on SQLite and PostgreSQL."""

from datetime import date

from sqlalchemy import BigInteger, Integer, String
from sqlmodel.sql.sqltypes import UTCDateTime

# Bytewise order on both: PostgreSQL would sort by the server's language otherwise.
WORD = String().with_variant(String(collation="C"), "postgresql")
# SQLite numbers rows by itself only where the key is called INTEGER (which holds 64 bits there).
BIG = BigInteger().with_variant(Integer(), "sqlite")
MOMENT = UTCDateTime()

# The last day of a listing that is still open: a day, so that one index range finds all that were open on a date.
OPEN_END = date(9999, 12, 31)

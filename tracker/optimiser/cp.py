"""OR-tools' CP-SAT, imported without what nobody here asks of it: for its tables it imports pandas, and that pyarrow (34 MB)."""

import sys

_spared = "pyarrow" not in sys.modules
if _spared:
    sys.modules["pyarrow"] = None  # type: ignore[assignment] # Python's own way to say: not to be imported
from ortools.sat.python import cp_model as cp_model  # noqa: E402, PLC0414 - after the line above, and to be imported from here

if _spared:
    del sys.modules["pyarrow"]  # who writes Parquet imports it all the same

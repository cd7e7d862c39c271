"""Where browsers differ from the Fetch standard, which the simulated browser keeps: all that is known, in one table.

Each has an exchange that shows it, so that it goes when browsers mend it (`test_explanations.py`). What is put right in
what a browser did comes before what gives up on a whole case.
"""

from typing import Final

from .answered import ANSWERED
from .kept import KEPT
from .sent import SENT

EXPLAINED: Final = (*SENT, *KEPT, *ANSWERED)

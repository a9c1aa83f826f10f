"""`python -m fivetran_logs.simulator DIR [DAYS]`: an account with every default, for a quick look."""

import sys
from pathlib import Path

from . import simulate

if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    print(simulate(Path(sys.argv[1]), days=int(sys.argv[2]) if len(sys.argv) == 3 else 120))

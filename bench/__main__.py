"""``python -m bench``: the short comparison with another room server."""

import sys

from bench.collab import main

if __name__ == "__main__":
    sys.exit(main(["--quick"]))

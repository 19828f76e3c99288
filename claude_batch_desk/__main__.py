"""`python -m claude_batch_desk` is the command `claude-batch-desk`."""

import sys

from claude_batch_desk.cli import main

if __name__ == "__main__":
    sys.exit(main())

"""`python -m claude_batch_desk` is the command `claude-batch-desk`."""

import sys

if __name__ == "__main__":
    # A frozen application starts itself again, to read a file or for the Practice service; nothing
    # but what that needs is loaded then.
    if sys.argv[1:] == ["--reader"]:
        from claude_batch_desk.core.tables.reader_child import main as read

        sys.exit(read())
    if sys.argv[1:] == ["--documents"]:
        from claude_batch_desk.core.documents.reader_child import main as read_documents

        sys.exit(read_documents())
    if sys.argv[1:2] == ["--practice-process"]:
        from claude_batch_desk.practice.__main__ import main as practice

        sys.exit(practice(sys.argv[2:]))
    from claude_batch_desk.cli import main

    sys.exit(main())

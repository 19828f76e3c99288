"""One row of a sent job, opened: what was asked, how its answer came, where its quotes stand."""

"""What a batch of the account is, in sentences for the person."""

from claude_batch_desk.core.jobs.account.listing import Listed

_READ = "Its answers can be imported to be read. Nothing is changed at the service."
_GONE = "Its answers are gone: the service keeps them for 29 days after a batch was made."


def about(listed: Listed) -> str:
    """Whose it is, and what can be done with it."""
    return " ".join(filter(None, (_whose(listed), _what_to_do(listed))))


def of_job(listed: Listed) -> str:
    """Which part of which job, as a person calls it."""
    job = f"job {listed.job} (“{listed.name}”)"
    if listed.again:
        job = f"a run again of rows of {job}"
    if listed.parts == listed.part == 1:
        return job
    of = f" of {listed.parts}" if listed.parts else ""
    return f"part {listed.part}{of} of {job}"


def _whose(listed: Listed) -> str:
    if listed.origin == "job":
        return f"This is {of_job(listed)}."
    if listed.origin == "unbound":
        return _unbound(listed)
    if listed.origin == "elsewhere":
        return (
            "Its ids have the form that Claude Batch Desk uses, but are of no job here: the job "
            "was removed, or is on another computer or in another data folder, or a backup was "
            "restored."
        )
    if listed.origin == "foreign":
        return "Another program made it: its ids do not have the form that Claude Batch Desk uses."
    return _untold(listed)


def _unbound(listed: Listed) -> str:
    ids = f"Its ids prove that it was sent as {of_job(listed)}."
    if listed.adoptable:
        return f"{ids} The job does not know it yet."
    if not listed.parts:
        return (
            f"{ids} The job came out of a backup from before that and is a draft here, so nothing "
            "tells which row asked what."
        )
    return f"{ids} That has another batch, or other answers by now."


def _untold(listed: Listed) -> str:
    if not listed.batch.ended:
        return "Whose it is can be told when it has ended: only its results show its ids."
    if listed.gone:
        return "Whose it is cannot be told any more."
    return "Whose it is was not looked up yet."


def _what_to_do(listed: Listed) -> str:
    if listed.adoptable and listed.origin == "job":
        return (
            "Its answers were given up, but the service has them after all: take it over, and they "
            "are fetched."
        )
    if listed.adoptable:
        return "Take it over, and its answers come beside the rows. That costs nothing."
    if listed.imported is not None:
        return "Its answers were imported."
    if listed.gone:
        return "" if listed.origin == "job" else _GONE
    if listed.importable:
        return _READ
    return ""

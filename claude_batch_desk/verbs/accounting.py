"""The verb about the batches that a key can see at the service: told apart, brought in, read."""

import argparse
import contextlib
from pathlib import Path
from typing import Any

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.account.listing import Listed, Listing
from claude_batch_desk.core.jobs.account.telling import about, of_job
from claude_batch_desk.core.jobs.account.verbs import Account
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.store.account_store import Imported
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.forms import check_target
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import DONE, FAILED, Progress, print_json, say, show
from claude_batch_desk.verbs.drafting import open_session


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `batches` to the command line."""
    batches = verbs.add_parser("batches", help="the account's batches; bring in what is not here")
    what = batches.add_mutually_exclusive_group()
    what.add_argument(
        "--take-over", metavar="BATCH", help="let it be the part of a job that its ids prove it is"
    )
    what.add_argument("--import", dest="fetch", metavar="BATCH", help="fetch its answers to read")
    what.add_argument("--imported", action="store_true", help="what was imported")
    what.add_argument("--forget", metavar="BATCH", help="remove an import from this computer")
    batches.add_argument("--out", type=Path, metavar="OUT", help="of --import: .xlsx or .csv")
    where = batches.add_mutually_exclusive_group()
    where.add_argument("--practice", action="store_true", help="those of the Practice service")
    where.add_argument("--base-url", metavar="URL", help="where the service is")
    batches.add_argument("--json", action="store_true", help="one JSON object on stdout")
    batches.set_defaults(run=_batches)


def _batches(arguments: argparse.Namespace) -> int:
    if arguments.imported:
        return _tell_imports(arguments)
    if arguments.out:
        check_target(arguments.out)
    with open_session(arguments) as (session, mode):
        if arguments.take_over:
            return _take_over(session.account, mode, arguments)
        if arguments.fetch:
            return _import(session.account, mode, arguments)
        if arguments.forget:
            return _forget(session.account, arguments.forget)
        return _list(session.account, mode, arguments)


def _list(account: Account, mode: Mode, arguments: argparse.Namespace) -> int:
    found = account.batches(mode, Progress("Listing batch"))
    if found.tellable:
        found = account.look_into(found, Progress("Asking batch"))
    if arguments.json:
        print_json(
            {
                "mode": found.mode,
                "batches": list(map(_listed_json, found.batches)),
                "trouble": found.trouble or None,
            }
        )
    else:
        _tell(found)
    if found.trouble:
        say(f"Not all of them could be asked whose they are. {found.trouble}")
        return FAILED
    return DONE


def _tell(found: Listing) -> None:
    for each in found.batches:
        batch = each.batch
        made = f"{batch.created_at.astimezone():%Y-%m-%d %H:%M}"
        show(f"{batch.id}  {made}  {_state(each):<11}  {batch.counts.total:>7,}  {_whose(each)}")
    if not found.batches:
        show("There are no batches that this key can see.")
    for each in found.batches:
        if each.adoptable:
            say(f"{each.batch.id}: {about(each)}")


def _state(each: Listed) -> str:
    return "gone" if each.gone else each.batch.status.replace("_", " ")


def _whose(each: Listed) -> str:
    mine = {
        "job": f"{of_job(each)}",
        "unbound": f"{of_job(each)}, which does not know it",
        "elsewhere": "Claude Batch Desk, for a job that is not here",
        "foreign": "another program",
        "untold": "not known",
    }
    return mine[each.origin] + (", imported" if each.imported is not None else "")


def _take_over(account: Account, mode: Mode, arguments: argparse.Namespace) -> int:
    job = account.adopt(mode, arguments.take_over, Progress("Looking at batch"))
    if arguments.json:
        print_json({"job": job.id, "batch": arguments.take_over})
    else:
        show(f"The batch belongs to job {job.id} now. `resume {job.id}` fetches its answers.")
    return DONE


def _import(account: Account, mode: Mode, arguments: argparse.Namespace) -> int:
    found = _kept(account, arguments.fetch)
    if found is None or found.missing:
        found = account.import_batch(mode, arguments.fetch, Progress("Fetching"))
    if arguments.json:
        print_json(_imported_json(found))
    else:
        show(_line(found))
    if arguments.out:
        written = account.export(found.id, arguments.out.absolute(), Progress("Writing row"))
        for note in (f"The answers are in {written.path}.", *written.notes):
            say(note)
    if found.missing:
        say(f"{found.missing:,} answers did not come through; import the batch again for them.")
        return FAILED
    return DONE


def _forget(account: Account, batch_id: str) -> int:
    found = _kept(account, batch_id)
    if found is None:
        raise StoreError(f"The batch {batch_id} was not imported. Nothing was changed.")
    account.forget(found.id, silent)
    show("Its answers were removed from this computer. The batch is at the service as it was.")
    return DONE


def _kept(account: Account, batch_id: str) -> Imported | None:
    return next((each for each in account.imports(silent) if each.batch_id == batch_id), None)


def _tell_imports(arguments: argparse.Namespace) -> int:
    """Works beside an open window."""
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        found = session.account.imports(silent)
    if arguments.json:
        print_json({"imports": list(map(_imported_json, found))})
        return DONE
    for each in found:
        show(_line(each))
    if not found:
        show("No batch was imported.")
    return DONE


def _line(each: Imported) -> str:
    outcomes = ", ".join(
        f"{count:,} {outcome.replace('_', ' ')}" for outcome, count in each.outcomes.items()
    )
    return f"{each.batch_id}  {each.mode:<8}  {outcomes}"


def _listed_json(each: Listed) -> dict[str, Any]:
    batch = each.batch
    return {
        "batch": batch.id,
        "state": batch.status,
        "requests": batch.counts.total,
        "succeeded": batch.counts.succeeded,
        "created_at": batch.created_at.isoformat(),
        "ended_at": batch.ended_at.isoformat() if batch.ended_at else None,
        "results_until": each.results_until.isoformat() if each.results_until else None,
        "of": each.origin,
        "job": each.job,
        "part": each.part or None,
        "can_be_taken_over": each.adoptable,
        "imported": each.imported is not None,
        "text": about(each),
    }


def _imported_json(each: Imported) -> dict[str, Any]:
    return {
        "batch": each.batch_id,
        "mode": each.mode,
        "requests": each.requests,
        "results": each.results,
        "outcomes": dict(each.outcomes),
        "created_at": each.created_at.isoformat(),
        "imported_at": each.imported_at.isoformat(),
    }

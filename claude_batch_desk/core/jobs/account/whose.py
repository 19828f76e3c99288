"""Whose a batch is: the ids in its results prove it, and nothing else does."""

import re
from http import HTTPStatus

import orjson

from claude_batch_desk.core.errors import Refused
from claude_batch_desk.core.jobs.store.account_store import Maker
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.gateway import Gateway

_OURS = re.compile(r"([0-9a-f]{8})-([0-9]{1,9})-[0-9]{1,9}", re.ASCII)
"""The form of our ids; see service.spool.custom_id_for."""


def first_id(gateway: Gateway, batch: Batch) -> str:
    """The id of its first result; "" where that cannot be seen (yet).

    Raises what the gateway raises, but for results that are gone.
    """
    if not (batch.ended and batch.has_results):
        return ""
    try:
        return str(orjson.loads(gateway.first_result(batch.id))["custom_id"])
    except (ValueError, KeyError, TypeError):
        return ""  # cut short on the way
    except Refused as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return ""


def maker_of(custom_id: str) -> Maker | None:
    """Who made a batch in whose results this id is; None where there is no id."""
    if not custom_id:
        return None
    found = _OURS.fullmatch(custom_id)
    return Maker(found[1], int(found[2])) if found else Maker()

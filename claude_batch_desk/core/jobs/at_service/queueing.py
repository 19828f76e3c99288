"""The service's queue: it takes only so many requests of an account at once.

How many is nowhere to be asked; it is learned from what is taken and what is refused. The limit is
that of an organization, and a key sees the batches of its workspace alone.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from claude_batch_desk.core.errors import Busy
from claude_batch_desk.core.jobs.at_service.uploading import Uploads
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.packing import holder_of
from claude_batch_desk.core.jobs.polling import Patience
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.queue_store import Room
from claude_batch_desk.core.service.batch import Queue
from claude_batch_desk.core.service.gateway import Gateway

DOCUMENTED = (200_000, 300_000, 500_000)
"""The limits of the tiers Start, Build and Scale (August 2026); others are not published."""
_BELIEVED = timedelta(hours=1)
"""What was too much may be taken by then: other programs fill the queue too, and limits grow."""
_SMALLEST = 1_000
"""A part of so few requests is not divided: that is no limit of any queue."""


class NoRoom(Busy):
    """The queue is full; the part is as it was, and is sent by itself once there is room."""


@dataclass(frozen=True)
class Place:
    """Where a part is to go: the queue as it stood just before."""

    stores: Stores
    gateway: Gateway
    job: Job
    part: Part
    queue: Queue
    patience: Patience
    uploads: Uploads

    @property
    def total(self) -> int:
        """How many requests would be in the queue with this part."""
        return self.queue.requests + self.part.requests

    @property
    def room(self) -> Room:
        """What is known of the account."""
        return self.stores.queues.room(holder_of(self.gateway))

    def learn(self, room: Room) -> None:
        """Keep what is known now, where that is more."""
        if room != self.room:
            self.stores.queues.keep(holder_of(self.gateway), room)


def check_room(place: Place) -> None:
    """Raise NoRoom where the part would be refused, which is known without uploading it."""
    room = place.room
    if not room.refused or not place.queue.requests or place.total < room.refused:
        return
    if room.refused_at and place.gateway.now() - room.refused_at >= _BELIEVED:
        return
    raise NoRoom(_told(place, room), kind="limit")


def note_taken(place: Place) -> None:
    """The service has taken the part."""
    room = place.room
    if place.total <= _SMALLEST and not room.refused:
        return  # no limit is that small
    refused = room.refused if place.total < room.refused else 0
    at = room.refused_at if refused else None
    place.learn(Room(max(room.taken, place.total), refused, at))


def turned_away(place: Place, error: Busy) -> NoRoom:
    """Learn from what the service said to the part, and say it to the person."""
    now, room = place.gateway.now(), place.room
    alone = (room.alone_since or now) if not place.queue.requests else None
    room = replace(room, refused=place.total, refused_at=now, alone_since=alone)
    place.learn(room)
    # Where something waits, its end is looked for, and only then the part is tried again.
    wait = error.retry_after or place.patience.full if alone else None
    return NoRoom(_told(place, room), status=error.status, request_id=error.request_id,
                  retry_after=wait, kind="limit")  # fmt: skip


def is_more_than_all(place: Place) -> bool:
    """Whether the part seems to be more than the account may have in the queue at all."""
    since = place.room.alone_since
    if since is None or place.queue.requests or place.part.requests <= _SMALLEST:
        return False
    return (place.gateway.now() - since).total_seconds() >= place.patience.crowded


def note_divided(place: Place) -> None:
    """Its halves are tried as long as it was itself before they are divided."""
    place.learn(replace(place.room, alone_since=None))


def limit_of(room: Room) -> int | None:
    """How many requests the account may have in the queue; None where that is not known."""
    possible = [limit for limit in DOCUMENTED if room.taken <= limit < room.refused]
    return possible[0] if len(possible) == 1 and room.taken else None


def _told(place: Place, room: Room) -> str:
    part, queue, parts = place.part, place.queue, len(place.job.parts)
    which = f"Part {part.number} of {parts}" if parts > 1 else "This job"
    which += f" ({part.requests:,} requests)"
    if not queue.requests:
        return (
            "The service takes no more requests of this account at the moment, although none that "
            f"your key can see is in its queue. {which} is tried again by itself; nothing is lost."
        )
    limit = limit_of(room)
    if limit is not None:
        known = f"Your account takes {limit:,} requests in the service's queue at a time, and "
    elif room.taken:
        known = f"The service's queue is full: it has taken {room.taken:,} requests of this "
        known += "account at a time so far, and "
    else:
        known = "The service's queue is full for this account: "
    return (
        f"{known}{queue.requests:,} are in it. {which} waits until a batch has ended, and is sent "
        "by itself then."
    )

"""AtService: the verbs about what a job has at the service."""

from claude_batch_desk.core.jobs.at_service.deleting import Deleted, delete_at_service
from claude_batch_desk.core.jobs.at_service.uploading import Upload, Watch
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.report import Report


class AtService:
    """What one data folder has at the service. Safe to use from several threads."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def uploading(self, job_id: int) -> Upload | None:
        """What of a job is being posted at this moment; takes no time."""
        return self._ground.uploads.of(job_id)

    def watch_uploads(self, watch: Watch) -> None:
        """From now on this hears of every block that goes out."""
        self._ground.uploads.watch = watch

    def delete(self, job_id: int, report: Report) -> Deleted:
        """Delete what a job has there, after its export; see deleting.delete_at_service."""
        with self._ground.alone(job_id, report):
            job = self._ground.job(job_id)
            return delete_at_service(self._ground.stores, self._ground.door(job), job, report)

"""Divisions of many villages that run in the background of this web process, one at a time."""

import logging
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from gridmap.domain.divide.village import PlanRequest
from gridmap.errors import ConflictError, GridMapError, NotFoundError
from gridmap.sentence import Sentence, Voice
from gridmap.services.divide_coverage import CoverageError
from gridmap.services.divide_many import Division, StoppedError, divide_villages
from gridmap.services.tiles import Database
from gridmap.web.divide_draft_answers import make_fault_answers, make_village_result

logger = logging.getLogger(__name__)

_KEPT = 20


@dataclass
class Job:
    """One division: its progress, and in the end its result or why there is none."""

    id: str
    area: str
    step: str = ""
    share: float = 0.0
    state: str = "running"
    error: Sentence | None = None
    faults: list[dict[str, Any]] = field(default_factory=list)
    result: Division | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def make_answer(self, voice: Voice) -> dict[str, Any]:
        """Make what the route answers, in a language."""
        found = self.result
        return {
            "id": self.id,
            "area": self.area,
            "state": self.state,
            "step": self.step,
            "share": round(self.share, 3),
            "error": "" if self.error is None else self.error.say(voice),
            "faults": self.faults,
            "result": None
            if found is None
            else {
                "generation": found.generation_id,
                "grids_checked": found.grids_checked,
                "villages": [make_village_result(one, voice) for one in found.villages],
            },
        }


class Jobs:
    """The divisions of this process; the last 20 are remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def start(self, database: Database, *, area: str, request: PlanRequest) -> Job:
        """Start a division.

        Raises
        ------
        ConflictError
            If one runs: it takes all cores.
        """
        with self._lock:
            if any(job.state == "running" for job in self._jobs.values()):
                raise ConflictError("A division of many villages is running. Wait for it, or stop it.")
            job = Job(uuid.uuid4().hex[:12], area)
            self._jobs[job.id] = job
            while len(self._jobs) > _KEPT:
                del self._jobs[next(iter(self._jobs))]
        threading.Thread(target=_run, args=(database, job, request), name=f"divide-{job.id}", daemon=True).start()
        return job

    def find_running(self) -> Job | None:
        """Find the division that runs."""
        with self._lock:
            return next((job for job in self._jobs.values() if job.state == "running"), None)

    def find(self, job_id: str) -> Job:
        """Find a division. Raises NotFoundError if this process knows of none."""
        with self._lock:
            job = self._jobs.get(job_id)
        if job is None:
            raise NotFoundError("There is no division {job}: the server may have been started anew.", job=job_id[:40])
        return job


def _run(database: Database, job: Job, request: PlanRequest) -> None:
    def tell(step: str, share: float) -> None:
        job.step, job.share = step, share

    try:
        job.result = divide_villages(
            database, within=job.area, request=request, progress=tell, is_stopped=job.stop.is_set
        )
        job.share, job.state = 1.0, "done"
    except StoppedError:
        job.state = "stopped"
    except CoverageError as error:
        job.error, job.faults, job.state = error.sentence, make_fault_answers(error), "failed"
    except GridMapError as error:
        job.error, job.state = error.sentence, "failed"
    except Exception:
        logger.exception("The division of %s failed", job.area)
        job.error, job.state = Sentence("A fault of the program; the server's log says more."), "failed"

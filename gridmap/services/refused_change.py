"""What the database says when it refuses a change of an incident, as a sentence."""

from psycopg import errors as pg_errors

from gridmap.domain.written import REFUSALS, read_written
from gridmap.sentence import Sentence


def describe_refused_change(error: pg_errors.IntegrityError, incident_id: int) -> Sentence:
    """Describe it. What no trigger of ours is known to say stays English, behind words that say who refused."""
    said = error.diag.message_primary or "the database refused it"
    if not said.startswith(f"incident {incident_id} "):
        refused = Sentence("{database_said}", database_said=said)
        return Sentence("Incident {incident}: {refusal}", incident=incident_id, refusal=refused)
    said = f"I{said[1:]}"
    return read_written(said, REFUSALS) or Sentence("{database_said}", database_said=said)

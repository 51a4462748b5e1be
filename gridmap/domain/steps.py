"""Tables of steps: from which status, by whom, with what, to which status. One check for all of them."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TypeVar

from gridmap.domain.party import Party
from gridmap.errors import ConflictError, InputError, NotAllowedError
from gridmap.sentence import Joiner, Listing, Sentence, Term, list_terms

Name = TypeVar("Name", bound=str)


@dataclass(frozen=True)
class Step:
    """One step of a proceeding.

    Parameters
    ----------
    sources
        The statuses in which it may be taken; empty for a step that makes the row.
    target
        The status after it.
    parties
        Who may take it: one of these is enough.
    carries
        What has to be given with it and not be empty.
    """

    sources: frozenset[str]
    target: str
    parties: frozenset[Party]
    carries: frozenset[str] = frozenset()


def check_step(
    step: Step,
    *,
    name: str,
    subject: Sentence | str,
    status: str | None,
    parties: Set[Party],
    carried: Mapping[str, object],
    statuses: str = "status",
) -> None:
    """Check that a step may be taken.

    Parameters
    ----------
    name, subject
        What to call the step and the row in an error: "acknowledge", `Sentence("Order {order}", order=5)`.
    status
        What the row is now; None when the step makes it.
    parties
        As what the actor stands to the row.
    carried
        What is given with the step, by name; empty texts and lists count as not given.
    statuses
        The family of terms that the row's statuses belong to, such as "order".

    Raises
    ------
    NotAllowedError
        If none of the actor's parties may take it.
    ConflictError
        If the row is in another status.
    InputError
        If something that the step has to carry is missing; it names all of it.
    """
    if not step.parties & parties:
        raise NotAllowedError(
            "{subject}: {step} is for {parties} to do, not for this person.",
            subject=subject,
            step=Term("step", name),
            parties=_list_sorted("who", step.parties),
        )
    if status is not None and status not in step.sources:
        raise ConflictError(
            "{subject} is {status}: {step} needs it to be {sources}. Read it again.",
            subject=subject,
            status=Term(statuses, status),
            step=Term("step", name),
            sources=_list_sorted(statuses, step.sources),
        )
    if missing := sorted(one for one in step.carries if not _is_given(carried.get(one))):
        raise InputError(
            "{subject}: {step} needs {fields}.",
            subject=subject,
            step=Term("step", name),
            fields=list_terms("field", missing),
        )


def list_open_steps(steps: Mapping[Name, Step], *, status: str | None, parties: Set[Party]) -> list[Name]:
    """List the steps that somebody may take, in the order of the table.

    Parameters
    ----------
    status
        What the row is now; None asks for the steps that make a row.
    parties
        As what the actor stands to the row.
    """
    return [
        name
        for name, step in steps.items()
        if step.parties & parties and (status in step.sources if status is not None else not step.sources)
    ]


def _is_given(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, list | tuple | dict):
        return bool(value)
    return value is not None


def _list_sorted(family: str, names: Set[str]) -> Listing:
    return list_terms(family, sorted(str(name) for name in names) or ["new"], Joiner.OR)

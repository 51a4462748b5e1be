"""`/api/desk`: what the duty officer's desk shows beside the board and the lists of each subject."""

from fastapi import APIRouter
from pydantic import BaseModel

from gridmap.services.desk import list_rules, read_desk
from gridmap.web.context import WebContext
from gridmap.web.proceeding_answers import Answer


class WaitingCountsAnswer(Answer):
    """How much waits outside the board."""

    to_verify: int
    to_call_back: int
    calls: int
    calls_to_judge: int
    calls_late: int
    disputes: int
    disputes_late: int
    requests: int
    requests_late: int
    cards: int
    admissions: int


class TownshipAnswer(Answer):
    """A township; `id` is that of the board's areas."""

    id: int
    code: str
    name: str


class DeskAnswer(BaseModel):
    """Counts and townships."""

    waiting: WaitingCountsAnswer
    townships: list[TownshipAnswer]


class RuleAnswer(BaseModel):
    """An action of the life cycle: from which statuses, for which roles, with what."""

    action: str
    sources: list[str]
    roles: list[str]
    needs: list[str]


class RulesAnswer(BaseModel):
    """All actions, in the order of the life cycle."""

    rules: list[RuleAnswer]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["desk"])

    @router.get("/desk")
    def get_desk() -> DeskAnswer:
        """Count what waits outside the board; list the townships."""
        desk = read_desk(context.database)
        return DeskAnswer(
            waiting=WaitingCountsAnswer.model_validate(desk.waiting),
            townships=[TownshipAnswer.model_validate(one) for one in desk.townships],
        )

    @router.get("/desk/rules")
    def get_rules() -> RulesAnswer:
        """List what can be done from which status, by which role."""
        rules = [
            RuleAnswer(
                action=rule.action,
                sources=sorted(rule.ways),
                roles=sorted({role for role, _ in rule.grants}),
                needs=sorted(rule.needs),
            )
            for rule in list_rules()
        ]
        return RulesAnswer(rules=rules)

    return router

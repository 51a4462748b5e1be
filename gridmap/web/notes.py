"""Notes that the program itself wrote in the store, in the language of the page. What people typed passes through."""

from gridmap.domain.written import CARD_NOTES, DISPUTE_NOTES, EVENT_NOTES, ORDER_NOTES, PROGRAM, Written, read_written
from gridmap.sentence import Voice
from gridmap.services.explain import RoutingChange
from gridmap.services.incident_life import Dispute, Order, StoredCard
from gridmap.services.incidents import IncidentEvent


def say_event_note(event: IncidentEvent, voice: Voice) -> str:
    """Say the note of a line of the history. A person's line names a role, the program's none or `rule`."""
    return _say(event.note, EVENT_NOTES, voice) if event.role in (None, "", "rule") else event.note


def say_change_note(change: RoutingChange, voice: Voice) -> str:
    """Say the note of a change of who leads."""
    is_ours = change.actor == PROGRAM or change.action == "reroute"
    return _say(change.note, EVENT_NOTES, voice) if is_ours else change.note


def say_order_reason(order: Order, voice: Voice) -> str:
    """Say why an order was withdrawn or overridden.

    Who withdrew it is not stored: a person who types just what the program writes reads it translated.
    """
    return _say(order.reason, ORDER_NOTES, voice) if order.status == "withdrawn" else order.reason


def say_card_reason(card: StoredCard, voice: Voice) -> str:
    """Say why a card was given."""
    return _say(card.reason, CARD_NOTES, voice) if card.cause == "rule" else card.reason


def say_dispute_reason(dispute: Dispute, voice: Voice) -> str:
    """Say why a dispute was opened."""
    return _say(dispute.reason, DISPUTE_NOTES, voice) if dispute.cause == "returns" else dispute.reason


def _say(text: str, known: tuple[Written, ...], voice: Voice) -> str:
    found = read_written(text, known)
    return text if found is None else found.say(voice)

"""Until when escalation leaves a ticket alone, because somebody said so in the summary."""

from datetime import datetime

from hypercare_rules.judge import Judged, Scene, judge
from hypercare_rules.rewind import rewind
from hypercare_rules.ticket import Said, Ticket
from hypercare_rules.words import Verb


def snooze(ticket: Ticket, judged: Judged, scene: Scene) -> Said | None:
    """The last snooze of the ticket, over or not; None where it has become more urgent since: that is not what was to wait."""
    last = next((one for one in reversed(ticket.said) if one.verb is Verb.snooze and one.at <= scene.now), None)
    if last is None:
        return None
    then = judge(rewind(ticket, last.at), scene.at(last.at)).judgement.priority.value
    return last if judged.judgement.priority.value >= then else None


def snoozed_until(ticket: Ticket, judged: Judged, scene: Scene) -> datetime | None:
    """The end of that snooze."""
    last = snooze(ticket, judged, scene)
    return last.until if last else None

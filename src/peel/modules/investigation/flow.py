"""The life of a crime: recorded, allocated, investigated, given an outcome, filed."""

from typing import TYPE_CHECKING, Any

from peel.machine.flows import Flow, Move, State
from peel.modules.investigation import events
from peel.modules.investigation.forms import AllocateForm, CancelForm, OutcomeForm, ReasonForm
from peel.modules.investigation.models import CrimeOutcome
from peel.modules.investigation.outcomes import outcome_text
from peel.pole.commands import links
from peel.pole.models import Link

if TYPE_CHECKING:
    from peel.machine.commands import Work


def _allocate(work: "Work", crime: Any, answers: dict[str, Any]) -> None:
    officer = answers["officer_in_case"]
    work.change(crime, officer_in_case=officer)
    work.publish(events.OfficerAllocated(crime_id=crime.pk, appointment_id=officer.pk))


def _propose(work: "Work", crime: Any, answers: dict[str, Any]) -> None:
    text = outcome_text(answers["outcome"])
    work.add(
        CrimeOutcome(
            crime=crime,
            outcome=text[:100],
            decided=answers["decided"],
            source="Peel",
            decided_by_id=work.identity.appointment_id,
        )
    )
    work.change(crime, last_outcome=text[:100])


def _has_officer(crime: Any, answers: dict[str, Any]) -> str | None:
    if crime.officer_in_case_id is None:
        return "Allocate the crime to an officer in case first."
    return None


def _is_another(crime: Any, answers: dict[str, Any]) -> str | None:
    if (other := answers.get("recorded_as")) and other.pk == crime.pk:
        return "A crime cannot be recorded as itself: name the other one."
    return None


def _cancel(work: "Work", crime: Any, answers: dict[str, Any]) -> None:
    """Link a crime that was recorded already with the one that stays."""
    other = answers.get("recorded_as")
    if other is None:
        return
    both = [crime.pk, other.pk]
    held = Link.objects.filter(type="connected", from_record__in=both, to_record__in=both)
    if not held.filter(ended_at=None).exists():
        note = "Recorded already: cancelled under C3"
        links.link(work, record_id=crime.pk, other=other, reading="connected>", note=note)


CRIME_FLOW = Flow(
    states=(
        State("recorded", "Recorded"),
        State("under_investigation", "Under investigation", colour="turquoise"),
        State("suspended", "Suspended", colour="yellow"),
        State("outcome_proposed", "Outcome proposed", colour="purple"),
        State("filed", "Filed", ends=True, colour="grey"),
        State("cancelled", "Cancelled", ends=True, colour="red"),
    ),
    moves=(
        Move(
            "allocate",
            "Allocate",
            ("recorded", "under_investigation", "suspended"),
            "under_investigation",
            AllocateForm,
            effect=_allocate,
        ),
        Move("suspend", "Suspend", ("under_investigation",), "suspended", ReasonForm),
        Move("resume", "Resume", ("suspended",), "under_investigation"),
        Move(
            "propose_outcome",
            "Propose an outcome",
            ("under_investigation",),
            "outcome_proposed",
            OutcomeForm,
            guard=_has_officer,
            effect=_propose,
        ),
        Move("validate_outcome", "Validate and file", ("outcome_proposed",), "filed"),
        Move(
            "return_outcome",
            "Return to the officer",
            ("outcome_proposed",),
            "under_investigation",
            ReasonForm,
            permission="validate_outcome",
        ),
        Move("reopen", "Re-open", ("filed",), "under_investigation", ReasonForm),
        Move(
            "cancel",
            "Cancel the crime",
            ("recorded", "under_investigation"),
            "cancelled",
            CancelForm,
            guard=_is_another,
            effect=_cancel,
        ),
    ),
)

INCIDENT_FLOW = Flow(
    states=(State("open", "Open"), State("closed", "Closed", ends=True, colour="grey")),
    moves=(
        Move("close", "Close", ("open",), "closed", ReasonForm),
        Move("reopen", "Re-open", ("closed",), "open", ReasonForm),
    ),
)

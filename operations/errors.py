"""
What the business domain refuses, on the families of `engine.errors`.

EngineError
├── NotFound    CaseNotFound, CustomerNotFound, CommitmentNotFound, CalendarNotFound, DeadlineNotFound,
│               NotificationNotFound, TrackingTokenUnknown, ArchiveRecordNotFound, DepartmentNotFound,
│               ComplaintNotFound, AttachmentNotFound, ChannelNotFound, TaskViewNotFound, ExportNotFound,
│               CaseSampleNotFound, PhraseNotFound
├── Conflict    CaseArchived, CaseClosed, DeadlineSettled, DeadlineNotPausable, ExtensionUsedUp, EscalationOpen,
│               ConfirmationNotAwaited, SurveyClosed, WithdrawalNotPossible, AttachmentDamaged, ExportNotReady,
│               NothingToRemove
├── Busy        AttachmentStoreUnavailable
└── Invalid     CommitmentValueInvalid, CommitmentTooSlow, CalendarInvalid, RequestInvalid, ExtensionInvalid,
                NoticeRequired, SurveyAnswerInvalid, AttachmentRefused, AttachmentTooLarge,
                MentionNotPossible, AddressRefused, PreferenceInvalid, TooManyTaskViews, TooManyPhrases
"""

from engine.errors import Busy, Conflict, Invalid, NotFound


class CaseSampleNotFound(NotFound):
    """No sample of cases has this id, or the case is not in it."""

    code = "case-sample-not-found"


class CaseNotFound(NotFound):
    """No case has this number, or you may not see it."""

    code = "case-not-found"


class CustomerNotFound(NotFound):
    """No customer has this id."""

    code = "customer-not-found"


class CommitmentNotFound(NotFound):
    """The commitments register has no such key."""

    code = "commitment-not-found"


class CalendarNotFound(NotFound):
    """No working calendar has this key."""

    code = "calendar-not-found"


class DeadlineNotFound(NotFound):
    """The case has no such promise."""

    code = "deadline-not-found"


class NotificationNotFound(NotFound):
    """No notification has this id."""

    code = "notification-not-found"


class TrackingTokenUnknown(NotFound):
    """This link is unknown or has expired."""

    code = "tracking-token-unknown"


class ArchiveRecordNotFound(NotFound):
    """The archive has no such record."""

    code = "archive-record-not-found"


class DepartmentNotFound(NotFound):
    """No department has this code."""

    code = "department-not-found"


class ComplaintNotFound(NotFound):
    """No complaint has this number."""

    code = "complaint-not-found"


class AttachmentNotFound(NotFound):
    """No attachment has this id, or you may not read it."""

    code = "attachment-not-found"


class ChannelNotFound(NotFound):
    """No notification channel has this id."""

    code = "channel-not-found"


class AttachmentDamaged(Conflict):
    """The stored content of this attachment was changed or lost."""

    code = "attachment-damaged"


class AttachmentStoreUnavailable(Busy):
    """The store of attachments cannot be used now; try again shortly."""

    code = "attachment-store-unavailable"


class CaseArchived(Conflict):
    """The case is archived and read-only; append a note instead."""

    code = "case-archived"


class CaseClosed(Conflict):
    """The case is closed."""

    code = "case-closed"


class DeadlineSettled(Conflict):
    """The promise is already kept or no longer counts."""

    code = "deadline-settled"


class ExtensionUsedUp(Conflict):
    """The promise was extended as often as the rules allow."""

    code = "extension-used-up"


class DeadlineNotPausable(Conflict):
    """This promise is not one that stands still now."""

    code = "deadline-not-pausable"


class EscalationOpen(Conflict):
    """This is escalated already, to this level or a higher one."""

    code = "escalation-open"


class ConfirmationNotAwaited(Conflict):
    """Nobody waits for a confirmation of this case now."""

    code = "confirmation-not-awaited"


class SurveyClosed(Conflict):
    """The survey was answered or is closed."""

    code = "survey-closed"


class WithdrawalNotPossible(Conflict):
    """The case is no longer in work, so it cannot be withdrawn."""

    code = "withdrawal-not-possible"


class CommitmentValueInvalid(Invalid):
    """The value does not fit this kind of commitment."""

    code = "commitment-value-invalid"


class CommitmentTooSlow(Invalid):
    """No priority may be slower than the published promise."""

    code = "commitment-too-slow"


class CalendarInvalid(Invalid):
    """These are no working hours."""

    code = "calendar-invalid"


class ExportTooLarge(Invalid):
    """This is more than one export takes; choose a shorter period."""

    code = "export-too-large"


class RequestInvalid(Invalid):
    """The request lacks something or says something impossible."""

    code = "request-invalid"


class ExtensionInvalid(Invalid):
    """A promise can only be moved to a later time that is still to come."""

    code = "extension-invalid"


class NoticeRequired(Invalid):
    """A promise may not move silently: write the customer a notice."""

    code = "notice-required"


class SurveyAnswerInvalid(Invalid):
    """Each score is a whole number from 1 to 5."""

    code = "survey-answer-invalid"


class AttachmentRefused(Invalid):
    """This file is not taken: its name or its content is not acceptable."""

    code = "attachment-refused"


class AttachmentTooLarge(Invalid):
    """The file is too large, or empty."""

    code = "attachment-too-large"


class MentionNotPossible(Invalid):
    """Somebody who was mentioned may not see this case."""

    code = "mention-not-possible"


class AddressRefused(Invalid):
    """Messages are not sent to this address."""

    code = "address-refused"


class PreferenceInvalid(Invalid):
    """This choice of ways and quiet hours is not possible."""

    code = "preference-invalid"


class TaskViewNotFound(NotFound):
    """No saved view has this id, or it is neither yours nor shared with you."""

    code = "task-view-not-found"


class TooManyTaskViews(Invalid):
    """You have as many saved views as one person may have; delete one first."""

    code = "too-many-task-views"


class PhraseNotFound(NotFound):
    """No phrase has this id, or it is not yours."""

    code = "phrase-not-found"


class TooManyPhrases(Invalid):
    """You have as many phrases as one person may have; delete one first."""

    code = "too-many-phrases"


class ExportNotFound(NotFound):
    """There is no such export."""

    code = "export-not-found"


class ExportNotReady(Conflict):
    """The export has no content to take: it is not made yet, failed, or is kept no longer."""

    code = "export-not-ready"


class NothingToRemove(Conflict):
    """No sealed period of the journal may be removed."""

    code = "nothing-to-remove"

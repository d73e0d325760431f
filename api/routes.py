"""Every blueprint, and whether it exists in development only. A noun is routed by adding it here."""

from collections.abc import Sequence

from api.ad_hoc_activities import ad_hoc_activities
from api.attachments import attachments
from api.backtests import backtests
from api.bulk_operations import bulk_operations
from api.calendars import calendars
from api.case_samples import case_samples
from api.cases import cases
from api.channels import channels
from api.colleagues import colleagues
from api.comments import comments
from api.commitments import commitments
from api.complaints import complaints
from api.customers import customers
from api.decisions import decisions
from api.definition_suspensions import definition_suspensions
from api.delegations import delegations
from api.deployments import deployments, removal
from api.differences import differences
from api.drafts import drafts
from api.escalations import escalations
from api.events import events
from api.exports import exports
from api.external_tasks import external_tasks
from api.groups import groups
from api.handing_on import handing_on
from api.heatmaps import heatmaps
from api.incidents import incidents
from api.jobs import jobs
from api.journal import journal
from api.journal_entries import journal_entries
from api.kpis import kpis
from api.lint_rules import lint_rules
from api.messages import messages
from api.migrations import migrations
from api.models import models
from api.modifications import modifications
from api.notifications import notifications
from api.parsing import Blueprint
from api.people import people
from api.phrases import phrases
from api.process_definitions import process_definitions
from api.process_instances import process_instances
from api.process_versions import process_versions
from api.promises import promises
from api.publications import publications
from api.replays import replays
from api.requests import requests
from api.restarts import restarts
from api.sandbox_moves import sandbox_moves
from api.sandboxes import sandboxes
from api.sessions import sessions
from api.substitutions import substitutions
from api.task_views import task_views
from api.testing import testing
from api.tokens import tokens
from api.tracked_files import tracked_files
from api.tracking import tracking
from api.user_tasks import user_tasks
from api.verifications import verifications
from api.workloads import workloads

ALWAYS: Sequence[Blueprint] = (
    cases,
    case_samples,
    comments,
    attachments,
    channels,
    notifications,
    requests,
    complaints,
    tracking,
    tracked_files,
    customers,
    user_tasks,
    task_views,
    phrases,
    colleagues,
    events,
    handing_on,
    escalations,
    promises,
    heatmaps,
    kpis,
    workloads,
    delegations,
    substitutions,
    process_instances,
    replays,
    verifications,
    exports,
    ad_hoc_activities,
    migrations,
    modifications,
    restarts,
    incidents,
    bulk_operations,
    external_tasks,
    messages,
    decisions,
    process_definitions,
    differences,
    process_versions,
    definition_suspensions,
    deployments,
    drafts,
    models,
    lint_rules,
    publications,
    backtests,
    sandboxes,
    sandbox_moves,
    commitments,
    calendars,
    jobs,
    journal,
    journal_entries,
    sessions,
    tokens,
    people,
    groups,
)
DEVELOPMENT_ONLY: Sequence[Blueprint] = (removal, testing)

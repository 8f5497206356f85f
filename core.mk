# The core files, one list for the build, the include check and coverage.
CORE := lib/account.c lib/alarm.c lib/ladder.c lib/ladder_when.c lib/civil.c lib/civil_days.c lib/civil_read.c lib/civil_text.c lib/civil_zone.c lib/commit.c lib/heap.c lib/interval.c lib/mail.c \
	lib/names.c lib/network.c lib/observation.c lib/pack.c lib/plan.c lib/plan_for.c lib/plan_json.c lib/plan_region.c lib/plan_size.c lib/reading.c lib/renames.c \
	lib/record.c lib/record_whole.c $(wildcard lib/rota*.c) lib/wire.c lib/wire_read.c \
	$(wildcard lib/sla*.c) $(wildcard lib/report*.c) lib/ledger_facts.c lib/ledger_names.c lib/ledger_period.c lib/ledger_windows.c lib/ledger_claims.c lib/ledger_remarks.c lib/ledger_scope.c \
	agent/outcome.c agent/schedule.c agent/look.c agent/canary.c agent/spool.c agent/spool_queue.c \
	agent/spool_clock.c agent/spool_part.c agent/spool_record.c agent/spool_replay.c \
	agent/offset.c agent/silence.c agent/prober.c agent/prober_probe.c \
	collector/api_kept.c $(wildcard collector/api_lists*.c) collector/api_query.c \
	$(wildcard collector/changes*.c) collector/admit.c collector/pages_names.c collector/facts.c collector/runs.c collector/runs_fact.c collector/runs_record.c \
	collector/quorum.c $(wildcard collector/moved*.c) lib/base64.c lib/backup.c lib/backup_check.c lib/journal_copy.c lib/erase.c collector/watcher.c collector/watcher_record.c \
	$(wildcard collector/shard*.c) collector/assent.c collector/erase_round.c collector/reports_list.c collector/scope.c lib/claim.c lib/window.c lib/window_record.c lib/ledger.c lib/ledger_plain.c lib/ledger_record.c lib/ledger_terms.c \
	pager/mail_text.c pager/message_json.c pager/command_outcome.c pager/terminal_text.c pager/link_page.c \
	lib/form.c pager/sms_text.c pager/twiml.c pager/twilio_outcome.c pager/provider.c pager/tenure.c pager/hook_outcome.c pager/ntfy_text.c lib/template.c \
	pager/link_forms.c pager/link_form.c lib/control_line.c lib/settings_alerts.c \
	$(filter-out console/door%.c console/scrypt.c,$(wildcard console/*.c)) \
	pager/alert.c pager/alert_pagerduty.c pager/alert_alertmanager.c pager/alert_opsgenie.c pager/heartbeat.c pager/heartbeat_path.c lib/settings_heartbeats.c \
	$(wildcard pager/page*.c) $(wildcard pager/incident*.c) \
	$(wildcard pager/woken*.c) $(wildcard pager/burden*.c) \
	pager/audit.c pager/audit_look.c pager/audit_record.c pager/audit_words.c \
	$(wildcard pager/duty*.c) \
	$(wildcard lib/seal*.c) lib/publish.c lib/published.c \
	$(wildcard lib/calendar*.c) $(wildcard lib/deadline*.c)

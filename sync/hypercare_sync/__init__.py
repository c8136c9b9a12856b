"""The imperative shell: trackers, plan, apply, store, summary and command line of hypercare-sync."""

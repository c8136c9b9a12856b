"""The trackers: how tickets are read from them and what we decided is written back. Their vocabulary ends here."""

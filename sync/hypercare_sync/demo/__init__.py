"""A release's first week, played by people on the embedded trackers, with a tick every few hours that deals with it."""

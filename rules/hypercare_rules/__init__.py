"""The functional core: tickets, policy and time in, decisions out. No input or output, no clock."""

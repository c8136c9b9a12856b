"""What we write for people: one document model, rendered for each place where it is read."""

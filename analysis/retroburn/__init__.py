"""retroburn: the morning after an AI launch."""

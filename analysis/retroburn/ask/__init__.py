"""What a person asks of logs that were read: what differs, how it went week by week, which cases failed."""

"""Traffic and cost by hour: what is usual of them, where they shift, whose shift it is and what drove it."""

"""Call-backs at the desk: the queue, the call, the second asking, problem cases, the plan."""

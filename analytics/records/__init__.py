"""Records: the user's files on their way to a snapshot, and the demonstration beside them."""

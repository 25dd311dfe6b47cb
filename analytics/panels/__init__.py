"""Every chart of every page, declared: what is asked, how it is drawn, what a click filters."""

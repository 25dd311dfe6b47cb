"""The expo page's charts: editions compared, side by side and over time; a module each."""

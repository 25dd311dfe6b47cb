"""The technology market over time: ranks, shares, gains, both sides, and Guangzhou's figures."""

"""Other programmes on the same contracts: each test compares year by year, and names where conventions differ."""

"""What one more of a limit is worth, while all decisions may change and while the build is kept."""

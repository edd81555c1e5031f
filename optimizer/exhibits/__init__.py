"""What a figure of a plan shows: data first. The page, the slides and a notebook draw the same exhibits."""

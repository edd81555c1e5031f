"""The rows of each business area, one file each: what follows from inputs and decisions there."""

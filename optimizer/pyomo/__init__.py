"""The model in Pyomo's objects: to read, to extend with rows of one's own, to solve with any solver of Pyomo."""

if __name__ == "pyomo":  # Python was started in the folder above this one, which it then finds first
    raise ImportError("this is optimizer/pyomo and not Pyomo: start Python in another folder, or with -P")

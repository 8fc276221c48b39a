"""What the contract needs to know of each kind of connector: a file for each."""

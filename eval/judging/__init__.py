"""A language model as judge: optional, paid for, told apart by its name, and never part of the gate."""

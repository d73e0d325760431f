"""Which meaning of the diagrams an instance was run with."""

SEMANTICS_VERSION = 1
"""
Raised by whoever changes what the same diagram does with the same inputs: order, ids, scopes, expressions.

0: before it was recorded; branches of a parallel split kept their writes to themselves until the join.
1: branches share the variables of their scope.
"""

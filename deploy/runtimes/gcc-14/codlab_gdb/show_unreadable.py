"""Has gdb show a variable that it can't read as that, in its place among the others.

What is not constructed yet holds anything, and a pretty-printer that follows it fails. gdb's DAP
(gdb/dap/varref.py, 16.3) would refuse all of the scope for it. What somebody evaluates still fails.
"""

from gdb.dap.varref import BaseReference, VariableReference

_told = VariableReference.to_object


def _to_object(variable):
    try:
        return _told(variable)
    except Exception as error:
        if variable.name is None:
            raise
        variable.has_children = lambda: False
        shown = BaseReference.to_object(variable)
        return shown | {"value": f"<{error}>", "type": str(variable.value.type)}


VariableReference.to_object = _to_object

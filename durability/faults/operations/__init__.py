"""What people do while the database fails: for each operation one person, several requests at once, and a ledger."""

from durability.faults.operations.adding import Adding, AddingWithKey
from durability.faults.operations.changing import Changing
from durability.faults.operations.deleting import Deleting
from durability.faults.operations.importing import Importing
from durability.faults.operations.listing import Listing
from durability.faults.operations.operation import Operation
from durability.faults.operations.signing_in import SigningIn

EVERY: tuple[type[Operation], ...] = (Listing, Adding, AddingWithKey, Changing, Deleting, SigningIn, Importing)

__all__ = ["EVERY", "Operation"]
"""In the order of the report."""

"""All attacks, in the table's order."""

from tests.executor.attacks.compile import COMPILED, INTERPRETED
from tests.executor.attacks.evade import STAYING, TAKING_OVER
from tests.executor.attacks.exhaust import DISKS, MEMORY, PROCESSES, SHARED
from tests.executor.attacks.reach import FILES, NETWORK

# In Python, whose image every test run has.
ATTACKS = (
    *PROCESSES,
    *MEMORY,
    *DISKS,
    *SHARED,
    *STAYING,
    *TAKING_OVER,
    *FILES,
    *NETWORK,
    *INTERPRETED,
)
EVERY_ATTACK = (*ATTACKS, *COMPILED)

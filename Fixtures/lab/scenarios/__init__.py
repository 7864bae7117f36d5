"""Every scenario: who talks to whom, what is done to them, and what the capture must show."""

from scenarios.healthy import HEALTHY
from scenarios.kerberos import KERBEROS
from scenarios.keyed import KEYED
from scenarios.negotiate import NEGOTIATE
from scenarios.paths import PATHS
from scenarios.quality import QUALITY
from scenarios.session_setup import SESSION_SETUP
from scenarios.transport import TRANSPORT
from scenarios.tree_connect import TREE_CONNECT
from scenarios.validate import VALIDATE
from scenarios.vocabulary import Scenario

__all__ = ["SCENARIOS", "Scenario"]

SCENARIOS = [*HEALTHY, *TRANSPORT, *NEGOTIATE, *SESSION_SETUP, *KERBEROS, *TREE_CONNECT, *VALIDATE, *QUALITY, *KEYED, *PATHS]

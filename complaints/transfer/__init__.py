"""From the receiving to the handling department and back: routes as data, every hop, returns of misrouted cases."""

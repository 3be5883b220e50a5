"""The way of a case from department to department: routes as data, every hop, returns of misrouted cases."""

"""Replay before deploying: what a new version would have done with the cases that ended under the old one."""

"""Playbooks: the engine (ours) and the packs (the trainers')."""

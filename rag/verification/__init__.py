"""Verification of a draft: its sentences, their sources and their citations."""

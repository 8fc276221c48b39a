"""Seals: texts with a hash, chains of entries, and what people sign."""

from scoring.sealing.chain import GENESIS, Link, breaks
from scoring.sealing.contents import EXPORT, FORMATS, export, signed_part
from scoring.sealing.texts import canonical, digest

__all__ = [
    "EXPORT",
    "FORMATS",
    "GENESIS",
    "Link",
    "breaks",
    "canonical",
    "digest",
    "export",
    "signed_part",
]

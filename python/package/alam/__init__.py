"""Names of people, places, organisations and works in Arabic text.

>>> import alam
>>> tagger = alam.Tagger()
>>> [(name.text, name.label) for name in tagger("وصل أنطونيو غوتيريش إلى القاهرة.")]
[('أنطونيو غوتيريش', 'PER'), ('القاهرة', 'LOC')]

Offsets are code points, as Python counts them: ``text[name.start:name.end] == name.text``. Everything runs on the processor of
this machine, with the model in this package; nothing is downloaded.
"""

from ._alam import Document, Name, Tagger, __version__, evaluate, read, stats, write
from .hf import pipeline

__all__ = ["Document", "Name", "Tagger", "__version__", "evaluate", "pipeline", "read", "stats", "write"]

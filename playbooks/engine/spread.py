"""A long file of lines read by several processes at once: in order, and with the same bytes.

Reading is plain Python and keeps one processor busy. Each process holds a reader of its own,
up to 90 MiB, so a short file is better read by one.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Final

from playbooks.engine.bulk import Count, read_lines
from playbooks.engine.read import Reader

CHUNK: Final = 500
"""Lines handed over at once: a quarter of a second of reading, a hundred kilobytes."""
_AHEAD: Final = 3
"""Chunks begun for each process, so that none waits for the next: what is held in memory."""


def read_spread(
    lines: Iterable[str], count: Count, industry: str = "", *, processes: int
) -> Iterator[str]:
    """What ``bulk.read_lines`` gives with the shipped reader, by so many ``processes``."""
    waiting: deque[Future[tuple[list[str], Count]]] = deque()
    told = iter(lines)
    # Spawned, not forked: whoever calls may have threads, and their locks would be copied.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        given = 0
        while True:
            while len(waiting) < processes * _AHEAD and (chunk := list(islice(told, CHUNK))):
                waiting.append(pool.submit(_answered, chunk, given, industry))
                given += sum(1 for line in chunk if line.strip())
            if not waiting:
                return
            answers, read = waiting.popleft().result()
            count.lines, count.bad = read.lines, count.bad + read.bad
            yield from answers


def _answered(lines: list[str], before: int, industry: str) -> tuple[list[str], Count]:
    """In a process of the pool; ``before`` lines came earlier: a bad one is named by its number."""
    count = Count(lines=before)
    return list(read_lines(Reader.for_many(), lines, count, industry)), count

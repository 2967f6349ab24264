# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Structures that carry their size, by R16 to R20, and KVM_PPC_GET_COMPAT_CAPS as Linux merged it.
"""
from common import (ARGUMENT, OK, RESERVED, SIZE, TAIL, TOO_BIG, TOO_SMALL, VALUE, answer, ask,
                    near, word)

AT_LEAST, EXACT, REFUSE_LARGER, EXTENSIBLE = 1, 2, 3, 4
EINVAL, E2BIG, EFAULT, ENOTTY = 22, 7, 14, 25


def accept(contract, first, known, limit, size):
    """(status, copy in, clear in, check from, check bytes, copy out, clear out, answer, back)"""
    refused = (0,) * 8
    if contract not in (1, 2, 3, 4) or not 0 < first <= known or \
            (contract == EXTENSIBLE and known > limit):
        return (ARGUMENT,)
    if contract == EXTENSIBLE and size > limit:
        return (TOO_BIG, *refused)      # Linux does not hand the size back here
    if contract == EXACT and size != known:
        return (SIZE, *refused)     # the one size or nothing: no bound below it counts
    if size < first:
        return (TOO_SMALL, *refused)
    if contract == REFUSE_LARGER and size > known:
        return (TOO_BIG, *refused[:7], known)
    copied = min(size, known)
    beyond = max(size - known, 0) if contract == EXTENSIBLE else 0
    tail = copied if contract == EXTENSIBLE else 0      # where one would begin
    return (OK, copied, known - copied, tail, beyond, copied, beyond, copied,
            known if beyond else 0)


def ask_accept(*args):
    status, *plan = accept(*args)
    return ask("accept", *args), answer(str(status), *plan)


def sizes():
    """The four contracts around every bound."""
    for contract in range(6):
        for first, known in ((24, 24), (24, 40), (1, 1), (1, 4096), (0, 24), (25, 24)):
            for limit in (0, 24, 40, 4096, (1 << 32) - 1):
                for bound in {0, first, known, limit, 4096, 1 << 32, (1 << 32) + 24, 1 << 63}:
                    for size in {max(bound - 1, 0), bound, bound + 1}:
                        yield ask_accept(contract, first, known, limit, size)


def random_sizes(rng):
    first, known, limit = (rng.choice((rng.randrange(1, 300), word(rng, 32))) for _ in range(3))
    if rng.randrange(8):
        first, known, limit = sorted((first, known, limit))
    size = near(rng, first, known, limit, rng.randrange(600))
    yield ask_accept(rng.choice((1, 2, 3, 4, 4, 4)), first, known, limit, size)


def tails(rng):
    tail = bytearray(rng.randrange(100))
    for _ in range(rng.choice((0, 0, 1, 2)) if tail else 0):
        tail[rng.randrange(len(tail))] = rng.randrange(256)
    yield ask("tail", tail.hex() or "-"), answer(str(TAIL if any(tail) else OK))
    value, known = word(rng), word(rng)
    if rng.randrange(2):
        value &= known
    yield ask("flags", value, known), answer(str(RESERVED if value & ~known else OK))


def retries(rng):
    """R18: once, after E2BIG, with a smaller size that is not below the first"""
    error = rng.choice((0, E2BIG, E2BIG, E2BIG, EINVAL, EFAULT))
    first = rng.choice((24, rng.randrange(1, 100), word(rng)))
    sent, back = (near(rng, first, first + 8, first + 16) for _ in range(2))
    tries = rng.choice((0, 0, 0, 1, 2, (1 << 32) - 1))
    again = error == E2BIG and tries == 0 and first <= back < sent
    yield (ask("retry", error, first, sent, back, tries),
           answer(str(OK), back) if again else answer(str(VALUE)))


SIZE_FAULT, COPY_FAULT, HAS_TAIL, BACK_FAULT, NO_BACKEND, OUT_FAULT = (1 << n for n in range(6))


def compat_caps(page, events, size, flags, backend):
    """(errno, handed back, copied out, cleared) in the order of the merged handler"""
    if events & SIZE_FAULT:
        return EFAULT, 0, 0, 0
    if size > page:
        return E2BIG, 0, 0, 0
    if size < 24:
        return EINVAL, 0, 0, 0
    if events & COPY_FAULT:
        return EFAULT, 0, 0, 0
    if events & HAS_TAIL and size > 24:
        return (EFAULT, 0, 0, 0) if events & BACK_FAULT else (E2BIG, 24, 0, 0)
    if flags:
        return EINVAL, 0, 0, 0
    if events & NO_BACKEND:
        return ENOTTY, 0, 0, 0
    if backend:
        return backend, 0, 0, 0
    if events & OUT_FAULT:
        return EFAULT, 0, 0, 0
    return 0, 0, 24, size - 24


def ask_caps(page, events, size, flags, backend):
    question = ask("caps", page, events, size, flags, backend)
    if events >> 6:
        return question, answer(str(RESERVED))
    if page < 24:
        return question, answer(str(ARGUMENT))
    error, *rest = compat_caps(page, events, size, flags, backend)
    return question, answer(str(OK), str(-error), *rest)


def calls():
    for events in range(65):
        for size in (0, 23, 24, 25, 32, 4096, 4097, 65536, 65537, (1 << 32) + 24):
            for page in (4096, 65536, 24, 23):
                for flags in (0, 1, 1 << 63):
                    for backend in (0, EINVAL):
                        yield ask_caps(page, events, size, flags, backend)


EXHAUSTIVE = [sizes, calls]
RANDOM = [(random_sizes, 4), (tails, 1), (retries, 3)]

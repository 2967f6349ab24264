# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the parts of the oracle share: numbers of the interface, and values worth asking about.

Values of registers and tables are typed here and in the parts from the documents that each names;
none is read from the library's tables.
"""

ALL = (1 << 64) - 1

# Statuses (abi/statuses.txt).
OK, ARGUMENT, NOT_FOUND, FAULT, POLICY = 0, -1, -2, -3, -5
TOO_SMALL, TOO_BIG, TAIL, RESERVED, VERSION, SIZE = -16, -17, -18, -19, -20, -21
UNKNOWN_PVR, LEVEL_NEWER, LEVEL_OLDER, NOT_GRANTED = -32, -33, -34, -35
NO_COMMON_LEVEL, HOST_PVR, HOST_MODE = -36, -37, -38
NOT_READY, VALUE, BUSY = -48, -49, -50

# Verdicts (R24), from best to worst.
SAME, CHANGED, DEGRADED, REFUSED, BROKEN = range(5)

# Statuses of hypercalls, as r3 (PAPR).
H_SUCCESS, H_NOT_AVAILABLE, H_FUNCTION, H_PARAMETER = 0, 3, -2, -4
H_BAD_MODE, H_AUTHORITY, H_P2, H_P5, H_INTERRUPT, H_STATE = -5, -10, -55, -58, -69, -75
H_ELEMENT_ID, H_ELEMENT_SIZE, H_ELEMENT_VALUE, H_INPUT_TOO_SMALL = -79, -80, -81, -83
H_TOO_HARD = 9999

# Levels: number of the interface by the name that people use, oldest first (R10).
LEVELS = {"2.04": 4, "2.05": 8, "2.06": 12, "2.06+": 16, "2.07": 20, "3.0": 24, "3.1": 28,
          "P11": 32}
ORDER = list(LEVELS)
# PAPR, asm/reg.h
LOGICAL = {"2.04": 0x0F000001, "2.05": 0x0F000002, "2.06": 0x0F000003, "2.06+": 0x0F100003,
           "2.07": 0x0F000004, "3.0": 0x0F000005, "3.1": 0x0F000006, "P11": 0x0F000007}
# asm/hvcall.h, H_GUEST_CAP_*
CAPABILITY = {"3.0": 1 << 62, "3.1": 1 << 61, "P11": 1 << 60}
COPY_MEMORY, BITMAP2 = 1 << 63, 1 << 0


def newer(a, b):
    """Whether level a is newer than level b."""
    return ORDER.index(a) > ORDER.index(b)


def level_set(names):
    """A set of levels as the interface has it: a bit each."""
    return sum(1 << LEVELS[name] for name in names)


def answer(*parts):
    """An answer as the bridge prints it: a status or hcall status as str, numbers in hex."""
    return " ".join(part if isinstance(part, str) else f"{part:x}" for part in parts)


def ask(verb, *parts):
    """A question: a verb and its arguments."""
    return " ".join([verb, *(part if isinstance(part, str) else f"{part:x}" for part in parts)])


def word(rng, bits=64):
    """A number: empty, full, at a power of two, with few bits, with few clear, or anything."""
    kind = rng.randrange(6)
    full = (1 << bits) - 1
    if kind == 0:
        return rng.choice((0, full, 1, full - 1))
    if kind == 1:
        return ((1 << rng.randrange(bits)) + rng.randrange(-1, 2)) & full
    value = rng.getrandbits(bits)
    if kind == 2:
        return value & rng.getrandbits(bits) & rng.getrandbits(bits)
    if kind == 3:
        return value | rng.getrandbits(bits) | rng.getrandbits(bits)
    return value


def near(rng, *values, bits=64):
    """One of some values, or something beside it, or anything."""
    kind = rng.randrange(8)
    if kind == 0:
        return word(rng, bits)
    value = rng.choice(values)
    if kind == 1:
        value ^= 1 << rng.randrange(bits)
    elif kind == 2:
        value += rng.choice((-1, 1))
    return value & ((1 << bits) - 1)

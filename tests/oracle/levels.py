# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Processor levels by R10 to R15, and the capabilities that grant them.

Values: Linux asm/reg.h (PVR_ARCH_*), QEMU target/ppc/compat.c (PCR), cpu_init.c (what each
processor takes) and cpu-models.h (models).
"""
from common import (ALL, ARGUMENT, BITMAP2, CAPABILITY, COPY_MEMORY, H_P2, H_PARAMETER, H_STATE,
                    H_SUCCESS, HOST_MODE, HOST_PVR, LEVEL_NEWER, LEVEL_OLDER, LEVELS, LOGICAL,
                    NO_COMMON_LEVEL, NOT_FOUND, NOT_GRANTED, OK, ORDER, RESERVED, UNKNOWN_PVR,
                    VALUE, answer, ask, level_set, near, newer, word)
from registers import levels_have

# PVR >> 16 -> (level, newest that it can be told, PCR bits that it has)
P7, P8, P9, P10 = 0xC000000000000002, 0x2000000000000006, 0xE, 0x1E
PROCESSORS = {
    0x003E: ("2.05", "2.05", 0),
    0x003F: ("2.06", "2.06+", P7), 0x004A: ("2.06+", "2.06+", P7),
    0x004B: ("2.07", "2.07", P8), 0x004C: ("2.07", "2.07", P8), 0x004D: ("2.07", "2.07", P8),
    0x0066: ("2.07", "2.07", P8),
    0x004E: ("3.0", "3.0", P9), 0x0080: ("3.1", "3.1", P10), 0x0082: ("P11", "P11", P10),
}
OLDEST = "2.05"     # all of them still impose it
PCR = {"2.05": 0x600000000000003E, "2.06": 0x200000000000003C, "2.06+": 0x200000000000003C,
       "2.07": 0x38, "3.0": 0x30, "3.1": 0x20, "P11": 0x20}
# What a VMM picks for a guest of the level
MODEL = {"2.06": 0x003F0203, "2.06+": 0x004A0201, "2.07": 0x004D0200, "3.0": 0x004E1202,
         "3.1": 0x00801200, "P11": 0x00821200}
GRANTED, BOUNDED = 1, 2
NAME = {number: name for name, number in LEVELS.items()}
OF_LOGICAL = {pvr: name for name, pvr in LOGICAL.items()}
CAP_BITS = sum(CAPABILITY.values())


class Host:
    """What is known of a host, and what it offers (R12)."""

    def __init__(self, pvr, compat=0, guest_pvr=0, flags=0, granted=0):
        self.args = (pvr, compat, guest_pvr, flags, granted)
        self.reads = guest_pvr or pvr
        self.raw = not compat
        self.status = self._status(pvr, compat, flags, granted)
        if self.status:
            return
        level, newest, _ = PROCESSORS[pvr >> 16]
        self.own = OF_LOGICAL[compat] if compat else level
        top = self.own if compat else newest
        self.able = [n for n in ORDER if not newer(OLDEST, n) and not newer(n, top)]
        self.offer = list(self.able)
        if flags == GRANTED:
            self.offer = [n for n in self.able if granted & CAPABILITY.get(n, 0)]
        elif flags == BOUNDED:
            self.offer = [n for n in self.able if n not in CAPABILITY or granted & CAPABILITY[n]]
            if not granted & CAP_BITS:
                self.offer = []

    @staticmethod
    def _status(pvr, compat, flags, granted):
        if flags == GRANTED + BOUNDED:
            return ARGUMENT
        if flags > 3 or (granted and not flags):
            return RESERVED
        if pvr >> 16 not in PROCESSORS:
            return HOST_PVR
        if compat:
            name = OF_LOGICAL.get(compat)
            if not name or newer(OLDEST, name) or newer(name, PROCESSORS[pvr >> 16][1]):
                return HOST_MODE
        return OK

    def check(self, request):
        """R13, R14: (status, level)"""
        if self.status:
            return self.status, None
        name = OF_LOGICAL.get(request) if request else self.own
        if not name:
            return UNKNOWN_PVR, None
        if newer(name, self.able[-1]):
            return LEVEL_NEWER, None
        if newer(self.able[0], name):
            return LEVEL_OLDER, None
        if name not in self.offer:
            return NOT_GRANTED, None
        return OK, name

    def negotiate(self, entries, maximum):
        """R15: (status, level, raw)"""
        if self.status:
            return self.status, None, None
        top = None
        if maximum:
            status, top = self.check(maximum)
            if status:
                return status, None, None
        best, named = None, False
        for mask, value in entries[:512]:
            if value & ~mask:
                break
            name = OF_LOGICAL.get(value)
            if name:
                if name in self.offer and not (top and newer(name, top)):
                    if not best or newer(name, best):
                        best = name
            if self.reads & mask == value:
                named = True
        if best:
            return OK, best, False
        if named and not maximum and self.raw and self.own in self.offer:
            return OK, self.own, True
        return NO_COMMON_LEVEL, None, None


def tables():
    for number in (*range(70), 1 << 31, (1 << 32) - 1):
        name = NAME.get(number)
        logical = LOGICAL[name] if name else 0xFFFFFFFF if number else 0
        have = dict(levels_have())
        if name in have:
            of = have[name]
            # SCV and MSGP: facilities that HFSCR cannot disable (yet) at the level
            of |= {"2.07": 1 << 10}.get(name, 1 << 12)
            yield (ask("level", number),
                   answer(logical, CAPABILITY.get(name, 0), of, have[name]))
        elif not name:
            yield ask("level", number), answer(logical, 0, 0, 0)
    for version in range(0x10000):
        p = PROCESSORS.get(version)
        if p:
            told = answer(0, str(OK), LEVELS[p[0]], LEVELS[OLDEST], LEVELS[p[1]], p[2])
        elif version in (0x0F00, 0x0F10):
            continue    # below, one by one
        else:
            told = answer(0, str(UNKNOWN_PVR))
        for low in (0, 0x200, 0xFFFF) if p else (0x201,):
            yield ask("pvr", version << 16 | low), told
    for high in (0x0F00, 0x0F10, 0x0F01):
        for low in range(64):
            name = OF_LOGICAL.get(high << 16 | low)
            yield (ask("pvr", high << 16 | low),
                   answer(LEVELS[name] if name else 0, str(UNKNOWN_PVR)))


# QEMU's max-cpu-compat, libvirt's CPU models, the ISA as people write it
QEMU = dict(zip(ORDER[1:], ("power6", "power7", "power7+", "power8", "power9", "power10",
                            "power11")))
LIBVIRT = {n: q.upper() for n, q in QEMU.items() if n != "2.06+"}


def names():
    for spelling, known in ((0, QEMU), (1, LIBVIRT), (2, {n: n for n in ORDER[:-1]}), (3, {})):
        of = {name: level for level, name in known.items()}
        for name in {*QEMU.values(), *LIBVIRT.values(), *ORDER[:-1], "power", "power12", "power1",
                     "Power9", "power100", "3", "3.10"}:
            yield (ask("named", spelling, name),
                   answer(str(OK), LEVELS[of[name]], name) if name in of
                   else answer(str(NOT_FOUND)))


def pcrs():
    for version in (*PROCESSORS, 0x39, 0x70, 0x90, 0xFFFF, 0):
        for number in (*LEVELS.values(), 0, 3, 36, 99):
            p, name = PROCESSORS.get(version), NAME.get(number)
            if not name:
                told = answer(str(ARGUMENT))
            elif not p:
                told = answer(str(HOST_PVR))
            elif newer(name, p[1]):
                told = answer(str(LEVEL_NEWER))
            elif newer(OLDEST, name):
                told = answer(str(LEVEL_OLDER))
            else:
                told = answer(str(OK), PCR[name] & p[2])
            yield ask("pcr", version << 16 | 0x201, number), told


def ask_offer(host):
    if host.status:
        return ask("offers", *host.args), answer(str(host.status))
    ends = (LEVELS[host.offer[0]], LEVELS[host.offer[-1]]) if host.offer else (0, 0)
    return (ask("offers", *host.args),
            answer(str(OK), LEVELS[host.own], *ends, 0, level_set(host.offer)))


def ask_check(host, request):
    status, name = host.check(request)
    return (ask("check", *host.args, request),
            answer(str(status)) if status else answer(str(OK), LEVELS[name]))


def offers():
    """Every processor in every mode under every grant, asked for every level."""
    for version in (*PROCESSORS, 0x39):
        for compat in (0, *OF_LOGICAL, 0x0F000008, 0xFFFFFFFF):
            for flags, grants in ((0, (0, 1)), (GRANTED, range(16)), (BOUNDED, range(16)),
                                  (3, (0,)), (4, (0,))):
                for grant in grants:
                    host = Host(version << 16 | 0x1201, compat, 0, flags,
                                grant << 60 if flags else grant)
                    yield ask_offer(host)
                    for request in (0, *OF_LOGICAL, 0x0F000008, 0x00801200, 0xFFFFFFFF):
                        yield ask_check(host, request)


def random_host(rng):
    pvr = rng.choice((*PROCESSORS, 0x80, 0x82, 0x4E)) << 16 | rng.getrandbits(12)
    if rng.randrange(12) == 0:
        pvr = word(rng, 32)
    compat = rng.choice((0, 0, 0, rng.choice(list(OF_LOGICAL)), word(rng, 32)))
    guest = rng.choice((0, 0, pvr ^ 1, rng.choice(list(PROCESSORS)) << 16 | 0x200))
    flags = rng.choice((0, 0, GRANTED, GRANTED, BOUNDED, BOUNDED, rng.randrange(8)))
    granted = rng.choice((0, rng.randrange(16) << 60, word(rng))) if flags else 0
    if not flags and rng.randrange(10) == 0:
        granted = word(rng)
    return Host(pvr, compat, guest, flags, granted)


def requests(rng):
    host = random_host(rng)
    yield ask_offer(host)
    yield ask_check(host, near(rng, 0, *OF_LOGICAL, host.args[0], bits=32))


def random_entry(rng, host):
    kind = rng.randrange(8)
    if kind < 4:
        return rng.choice((0xFFFFFFFF, 0xFFFFFFFF, 0x0FFFFFFF)), rng.choice(list(OF_LOGICAL))
    if kind < 6:
        mask = rng.choice((0xFFFF0000, 0xFFFFFFFF, 0xFFFFEFFF))
        return mask, rng.choice((host.args[0], host.reads, *(v << 16 for v in PROCESSORS))) & mask
    if kind == 6:
        return rng.choice(((0, 0), (0xFFFFFFFF, 0x0F000009), (0xFFFE0000, 0x003A0000)))
    return near(rng, 0xFFFF0000, 0xFFFFFFFF, 0, bits=32), word(rng, 32)


def negotiations(rng):
    host = random_host(rng)
    entries = [random_entry(rng, host) for _ in range(rng.randrange(8))]
    maximum = near(rng, 0, 0, 0, 0, *OF_LOGICAL, bits=32)
    status, name, raw = host.negotiate(entries, maximum)
    yield (ask("negotiate", *host.args, maximum, len(entries), *(n for e in entries for n in e)),
           answer(str(status)) if status else
           answer(str(OK), LEVELS[name], 0 if raw else LOGICAL[name], MODEL.get(name, 0), 0))


def choices(rng):
    granted = rng.choice((rng.randrange(16) << 60, word(rng)))
    maximum = near(rng, 0, 0, *OF_LOGICAL, bits=32)
    names = [n for n in CAPABILITY if granted & CAPABILITY[n]
             and not (maximum in OF_LOGICAL and newer(n, OF_LOGICAL[maximum]))]
    if maximum and maximum not in OF_LOGICAL:
        told = answer(str(UNKNOWN_PVR))
    elif not names:
        told = answer(str(NOT_GRANTED))
    else:
        best = max(names, key=ORDER.index)
        told = answer(str(OK), LEVELS[best], LOGICAL[best], MODEL[best], 0)
    yield ask("choose", granted, maximum), told
    levels = word(rng)
    inside = [n for n in ORDER if levels >> LEVELS[n] & 1]
    yield ask("newest", levels), answer(LEVELS[inside[-1]] if inside else 0)


# ---- H_GUEST_GET_CAPABILITIES, H_GUEST_SET_CAPABILITIES, KVM_PPC_GET_COMPAT_CAPS

CAP_NAMES = COPY_MEMORY | CAP_BITS


def capability_status(l1, has, negotiated):
    if (has | negotiated) & ~CAP_NAMES:
        return RESERVED
    return OK if l1 in NAME else VALUE


def offered(l1, has):
    """R12: what L0 has, no level newer than L1's own."""
    return has & COPY_MEMORY | sum(bit for name, bit in CAPABILITY.items()
                                   if has & bit and not newer(name, NAME[l1]))


def capabilities(rng):
    l1 = rng.choice((*LEVELS.values(), 24, 28, 32, 0, 30))
    has, negotiated = (rng.choice((rng.randrange(16) << 60, 0xF << 60, word(rng)))
                       for _ in range(2))
    negotiated = rng.choice((0, 0, has, negotiated))
    flags = rng.choice((0, 0, 0, word(rng)))
    bitmap = rng.choice((rng.randrange(16) << 60, has, negotiated, near(rng, has, 0)))
    status = capability_status(l1, has, negotiated)
    if status:
        yield ask("getcaps", l1, has, negotiated, flags), answer(str(status))
        yield ask("setcaps", l1, has, negotiated, flags, bitmap), answer(str(status))
        return
    may = offered(l1, has)
    yield (ask("getcaps", l1, has, negotiated, flags),
           answer(str(OK), str(H_PARAMETER), 0, 0) if flags else
           answer(str(OK), str(H_SUCCESS), may, 0))
    if flags:
        told = (str(H_PARAMETER), 0, 0)
    elif bitmap & ~may or not bitmap & CAP_BITS:
        told = (str(H_P2), 1, 0)
    elif negotiated not in (0, bitmap):
        told = (str(H_STATE), 0, 0)
    else:
        told = (str(H_SUCCESS), 0, 0)
    yield (ask("setcaps", l1, has, negotiated, flags, bitmap), answer(str(OK), *told))


def compat_bitmaps(rng):
    api = rng.choice((1, 1, 2, 2, 0, 3))
    version = near(rng, *OF_LOGICAL, 0, bits=32)
    negotiated = rng.choice((rng.randrange(16) << 60, word(rng)))
    if api == 1:
        name = OF_LOGICAL.get(version)
        bits = sum(bit for n, bit in CAPABILITY.items() if name and not newer(n, name))
        told = answer(str(OK), bits) if bits else answer(str(UNKNOWN_PVR))
    elif api == 2:
        bits = negotiated & CAP_BITS
        told = answer(str(OK), bits) if bits else answer(str(NOT_GRANTED))
    else:
        told = answer(str(ARGUMENT))
    yield ask("compat", api, version, negotiated), told


# PAPR; arch/powerpc/include/asm/hvcall.h
HCALLS = {0: "SUCCESS", 3: "NOT_AVAILABLE", -2: "FUNCTION", -4: "PARAMETER", -5: "BAD_MODE",
          -9: "NO_MEM", -10: "AUTHORITY", -55: "P2", -56: "P3", -57: "P4", -58: "P5",
          -69: "INTERRUPT", -75: "STATE", -77: "IN_USE", -79: "INVALID_ELEMENT_ID",
          -80: "INVALID_ELEMENT_SIZE", -81: "INVALID_ELEMENT_VALUE"}


def hcall_names():
    for value, name in HCALLS.items():
        yield ask("hcall", value & ALL), "H_" + name
    for value in (-6000, -8, -123, 2, 1 << 40, (1 << 32) - 4):
        yield ask("hcall", value & ALL), "?"


EXHAUSTIVE = [tables, names, pcrs, offers, hcall_names]
RANDOM = [(requests, 5), (negotiations, 6), (choices, 2), (capabilities, 5), (compat_bitmaps, 2)]
assert not BITMAP2 & CAP_NAMES

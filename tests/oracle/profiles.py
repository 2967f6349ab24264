# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Profiles: their wire form, verdicts of a migration (R24 to R26) and what hosts share (R27).

Tags and machine capabilities: wire.h, QEMU hw/ppc/spapr_caps.c. Revisions of a processor that a raw
guest may move between: QEMU target/ppc/cpu_init.c. A question is about one architecture.
"""
import firmware as fw
from common import (BROKEN, CAPABILITY, CHANGED, COPY_MEMORY, DEGRADED, LEVELS, LOGICAL,
                    NO_COMMON_LEVEL, OK, ORDER, REFUSED, RESERVED, SAME, SIZE, VALUE, VERSION,
                    answer, ask, level_set)
from levels import NAME
from registers import FACILITIES, MSGP, PREFIX, TM, VECVSX, levels_have

POWER, ARM64 = 1, 2
HOST, GUEST = 1, 2
RAW = 1
PSCI_0_1, PSCI_0_2 = 1, 2
TAGS = {"level": 0x8001, "arch": 0x8002, "role": 0x8003, "quirks": 0x8004, "levels": 0x8010,
        "facilities": 0x8011, "l2": 0x8012, "reflected": 0x8013, "nested": 0x8014, "pvr": 0x8015,
        "flags": 0x8016, "known": 0x8017, "default": 0x8018, "caps": 0x8019, "withheld": 0x801A,
        "registers": 0x8020, "vcpus": 0x8021, "fw_listed": 0x8022, "fw_known": 0x8023,
        "fw_varies": 0x8024, "fw_unsure": 0x8025, "fw_value": 0x8026}
# Kinds of objects of findings.
CALL, FACILITY, LEVEL, FWREG, MACHINE, REGISTER = 0, 1, 2, 5, 6, 8
IBS, CAPS = 5, 15       # number of a capability; how many there are
LARGEST = [1, 1, 1, 2, 2, 4, 30, 1, 1, 1, 1, 1, 1, 1, 1]
# Departures that these questions are about (R26), as bits.
PREFIX_NEVER, P11_UNKNOWN, P11_UNCHECKED, DOORBELL_TO_HEAI, HFU_ALL = (
    1 << n for n in (0, 1, 2, 4, 5))
BY_NUMBER, MAXIMUM_UNCHECKED, CAPS_UNSENT, IBS_BY_NUMBER, UNENFORCED = (
    1 << n for n in (16, 17, 18, 19, 20))
# QEMU 10 has the first two, QEMU 11 the others.
STREAM_COUNT, DROPS_HIGH, KNOWN_ONLY, FORGETS = (1 << n for n in range(32, 36))
# What QEMU 11 lets pass: TCR2_EL1, PIRE0_EL1, PIR_EL1, and VENDOR_HYP_BMAP_2 if it is 0.
TOLERATED = {0x603000000013C103, 0x603000000013C512, 0x603000000013C513}
TOLD_ONLY = [1 << n for n in (3, 6, 7, 8, 9, 10)]
QUIRKS = [PREFIX_NEVER, P11_UNKNOWN, P11_UNCHECKED, DOORBELL_TO_HEAI, HFU_ALL, BY_NUMBER,
          MAXIMUM_UNCHECKED, CAPS_UNSENT, IBS_BY_NUMBER, UNENFORCED, *TOLD_ONLY]


def wire(profile):
    """The one form of a profile: records in the order of their tags, none of 0."""
    records = []
    for name, value in profile.items():
        values = value if isinstance(value, list) else [value]
        records += [(TAGS[name], n, v) for n, v in enumerate(values) if v]
    return pack(sorted(records))


def pack(records, magic=b"HVPP", version=1, count=None):
    count = len(records) if count is None else count
    return (f"{magic.hex()}{version:04x}{count:04x}" +
            "".join(f"{t:04x}{n:04x}{v:016x}" for t, n, v in records))


def some(rng, names):
    return [n for n in names if rng.randrange(3)]


def facility_set(rng):
    few = FACILITIES if rng.randrange(2) else some(rng, FACILITIES)
    return sum(1 << f for f in few)


def random_caps(rng, profile):
    known = [n for n in range(CAPS) if rng.randrange(2)]
    profile["known"] = sum(1 << n for n in known)
    profile["default"] = sum(1 << n for n in known if rng.randrange(2))
    profile["caps"] = [rng.randrange(LARGEST[n] + 1) if n in known else 0 for n in range(CAPS)]


def power_host(rng, quirks=True):
    oldest, newest = sorted(rng.choices(range(1, len(ORDER)), k=2))
    levels = ORDER[oldest:newest + 1] if rng.randrange(4) else some(rng, ORDER[1:])
    withheld = [n for n in ORDER[1:] if n not in levels and rng.randrange(3) == 0]
    host = {"level": 1, "arch": POWER, "role": HOST,
            "quirks": sum(q for q in QUIRKS if rng.randrange(5) == 0) if quirks else 0,
            "levels": level_set(levels), "withheld": level_set(withheld),
            "facilities": facility_set(rng), "l2": facility_set(rng),
            "nested": rng.randrange(16) << 60 if rng.randrange(2) else 0,
            "pvr": random_pvr(rng), "flags": rng.randrange(2)}
    random_caps(rng, host)
    return host


def random_pvr(rng):
    return rng.choice((0x4E, 0x4E, 0x80, 0x80, 0x82, 0x4D, 0x3F)) << 16 | \
        rng.choice((0x1201, 0x1200, 0x1202, 0x1203, 0x1100, 0x0201, 0x0100, 0x2200))


def power_guest(rng, host):
    """A guest that may have come from anywhere, often from this host."""
    raw = rng.randrange(4) == 0
    inside = [n for n in ORDER[1:] if host["levels"] >> LEVELS[n] & 1]
    level = rng.choice(inside if inside and rng.randrange(2) else ORDER[1:])
    fits = rng.randrange(2)
    guest = {"level": 1, "arch": POWER, "role": GUEST,
             "levels": 0 if raw else 1 << LEVELS[level], "flags": RAW if raw else 0,
             "facilities": facility_set(rng) & (host["facilities"] if fits else -1),
             "l2": facility_set(rng) & (host["l2"] if fits else -1) if rng.randrange(2) else 0,
             "nested": host["nested"] & rng.randrange(16) << 60 if fits
             else rng.choice((0, 0, rng.randrange(16) << 60)),
             "pvr": rng.choice((host["pvr"] or 0x00801200, random_pvr(rng)))}
    guest["reflected"] = guest["l2"] & rng.choice((0, 1 << MSGP, facility_set(rng)))
    random_caps(rng, guest)
    if fits:
        for n in range(CAPS):
            if host["known"] >> n & 1 and rng.randrange(4):
                guest["caps"][n] = min(guest["caps"][n], host["caps"][n])
    return guest


def raw_fate(have, there, offered):
    """QEMU's pvr_match: another stepping may do."""
    if not offered or not there or have >> 16 != there >> 16:
        return REFUSED
    if have == there:
        return SAME
    version = have >> 16
    if version in (0x4E, 0x80, 0x82) and (have ^ there) & 0xF00:
        return REFUSED
    if version == 0x4E and ((have & 0xF) < 2) != ((there & 0xF) < 2):
        return REFUSED
    return CHANGED


def level_fate(guest, there):
    name = NAME[guest["levels"].bit_length() - 1]
    bit, quirks = guest["levels"], there["quirks"]
    if (name == "P11" and quirks & P11_UNKNOWN) or (name == "2.06+" and quirks & BY_NUMBER):
        return name, REFUSED
    if there["levels"] & bit:
        return name, SAME
    if name == "P11" and quirks & P11_UNCHECKED and there["levels"] & level_set(["3.1"]):
        return name, BROKEN
    if there["withheld"] & bit and quirks & MAXIMUM_UNCHECKED:
        return name, BROKEN
    return name, REFUSED


def more(n, a, b):
    """Whether a value of a capability is more than another, or something else."""
    if n == IBS and a >= 2:
        return a != b
    return a > b


def cap_fate(n, guest, there):
    a, b = guest["caps"][n], there["caps"][n]
    unsent = there["quirks"] & CAPS_UNSENT and guest["default"] & 1 << n
    if not guest["known"] & there["known"] & 1 << n:
        return SAME
    if unsent and not there["default"] & 1 << n and b == 0:
        return REFUSED      # what is not sent counts as the default there, which is more than 0
    if not more(n, a, b):
        return SAME
    if unsent and there["default"] & 1 << n:
        return BROKEN
    if n == IBS and a <= b and there["quirks"] & IBS_BY_NUMBER:
        return BROKEN
    return REFUSED


def power_fates(guest, there):
    """Every finding: (kind of object, object, verdict)"""
    quirks = there["quirks"]
    if guest["flags"] & RAW:
        yield CALL, 0, raw_fate(guest["pvr"], there["pvr"], there["flags"] & RAW)
    elif guest["levels"]:
        name, verdict = level_fate(guest, there)
        yield LEVEL, LOGICAL[name], verdict
    for f in FACILITIES:
        bit = 1 << f
        if guest["facilities"] & bit:
            spoilt = f == PREFIX and quirks & PREFIX_NEVER
            yield (FACILITY, f, BROKEN if spoilt
                   else SAME if there["facilities"] & bit else DEGRADED)
        if guest["l2"] & bit:
            enabled = not guest["reflected"] & bit
            spoilt = (f == PREFIX and quirks & PREFIX_NEVER) or \
                (f == MSGP and quirks & DOORBELL_TO_HEAI) or \
                (f == MSGP and quirks & HFU_ALL and enabled)
            if not there["l2"] & bit and enabled and quirks & HFU_ALL:
                spoilt = True
            yield (FACILITY, f, BROKEN if spoilt else SAME if there["l2"] & bit else DEGRADED)
    for bit in (*CAPABILITY.values(), COPY_MEMORY):
        if guest["nested"] & ~there["nested"] & bit:
            yield CALL, 0, BROKEN if quirks & UNENFORCED else REFUSED
            break
    for n in range(CAPS):
        yield MACHINE, n, cap_fate(n, guest, there)


def told(fates):
    """R24 to R26: the worst, and all; what is refused never gets to break."""
    fates = [f for f in fates if f[2]]
    if any(f[2] == REFUSED for f in fates):
        fates = [(kind, what, min(f, REFUSED)) for kind, what, f in fates]
    return answer(max((f[2] for f in fates), default=SAME),
                  *(f"{kind:x}:{what:x}:{f:x}" for kind, what, f in sorted(fates)))


def power_migrations(rng):
    there = power_host(rng)
    guest = power_guest(rng, there)
    yield (ask("migrate", wire(guest), wire(there)),
           f"{OK} {OK} {OK} {told(power_fates(guest, there))}")


# ---- arm64

def arm_host(rng, listed=None):
    regs = fw.random_host(rng, listed)
    return {"level": 1, "arch": ARM64, "role": HOST, "registers": rng.choice((0, 240, 245, 250)),
            "vcpus": rng.choice((PSCI_0_2, PSCI_0_2, PSCI_0_1, 3)), "regs": regs}


def arm_wire(profile):
    listed, known, *values = profile["regs"].args()
    return wire({**{k: v for k, v in profile.items() if k != "regs"},
                 "fw_listed": listed, "fw_known": known, "fw_value": values})


def arm_migrations(rng):
    home, there = arm_host(rng), arm_host(rng)
    if rng.randrange(2):
        there["regs"] = fw.random_host(rng, home["regs"].listed)
    there["quirks"] = stream_quirks(rng)
    flags = rng.randrange(4) and fw.HAS_0_2
    vm = fw.random_vm(rng, home["regs"], flags)
    guest = {**home, "role": GUEST, "vcpus": PSCI_0_2 if flags else PSCI_0_1, "regs": vm}
    unknown = sorted(vm.listed - there["regs"].listed)
    sent = [(fw.IDS[r], vm.value[r]) for r in unknown]
    # registers of the system lie below all of these
    largest = max((fw.IDS[r] for r in there["regs"].listed), default=0)
    fates = []
    for r in range(8):
        fate = fw.fate(r, vm, there["regs"], flags)
        if r in unknown:
            number = fw.IDS[r]
            fate = unknown_fate((number, vm.value[r]), fate == SAME, sent, largest,
                                there["quirks"])
            fates.append((REGISTER, number & 0xFFFFFFFF, fate))
        else:
            fates.append((FWREG, r, fate))
    if not guest["vcpus"] & there["vcpus"]:
        fates.append((CALL, 0, REFUSED))
    if there["quirks"] & STREAM_COUNT:
        # a number that is not known is taken to be the other's
        both = guest["registers"] and there["registers"]
        counts = [len(p["regs"].listed) + (p["registers"] if both else 0) for p in (guest, there)]
        fates.append((CALL, 0, REFUSED if counts[0] > counts[1] else SAME))
    yield (ask("migrate", arm_wire(guest), arm_wire(there)), f"{OK} {OK} {OK} {told(fates)}")


def stream_quirks(rng):
    old = sum(q for q in (STREAM_COUNT, DROPS_HIGH) if rng.randrange(2))
    return rng.choice((0, old, sum(q for q in (KNOWN_ONLY, FORGETS) if rng.randrange(2))))


def tolerated(number, value):
    return number in TOLERATED or (number == fw.IDS[fw.VENDOR_2] and value == 0)


def unknown_fate(reg, same_there, unknown, largest, quirks):
    """A register of a stream that the destination does not know; what else it does not know."""
    # QEMU 11 forgets what it refused when the last one is let pass
    forgets = quirks & FORGETS and tolerated(*unknown[-1])
    if same_there or (quirks & KNOWN_ONLY and tolerated(*reg)):
        if quirks & DROPS_HIGH and reg[0] < largest:
            return REFUSED
        if quirks & KNOWN_ONLY and not tolerated(*reg):
            return CHANGED if forgets else REFUSED
        return SAME
    if (quirks & DROPS_HIGH and reg[0] > largest) or forgets:
        return BROKEN
    return REFUSED


def streams(rng):
    """Whole lists of registers, with some that are not firmware's."""
    quirks = rng.choice((stream_quirks(rng),) * 9 + (1 << 40,))
    host = fw.random_host(rng)
    others = [*TOLERATED, 0x603000000013C100, 0x603000000013DFFF, 0x6030000000140009]
    numbers = sorted(n for n in (*others, *fw.IDS) if rng.randrange(2))
    stream = [(n, rng.choice((0, 1, 0x10000, host.value[n & 7] if n in fw.IDS else 5)))
              for n in numbers]
    own = [(n, 1) for n in sorted([n for n in others if rng.randrange(2)] +
                                  [fw.IDS[r] for r in host.listed])]
    if stream and rng.randrange(8) == 0:
        stream.insert(rng.randrange(len(stream)), rng.choice(stream))
    knows = rng.randrange(4) > 0
    question = ask("stream", quirks, knows, *host.args(), len(stream),
                   *(n for reg in stream for n in reg), len(own), *(n for reg in own for n in reg))
    if quirks >> 40:
        yield question, str(RESERVED)
        return
    ids, own_ids = [n for n, _ in stream], [n for n, _ in own]
    if any(a >= b for a, b in zip(ids, ids[1:])):
        yield question, str(VALUE)
        return
    fates = []
    if quirks & STREAM_COUNT and len(stream) > len(own):
        fates.append((CALL, 0, REFUSED))
    unknown = [reg for reg in stream if reg[0] not in own_ids]
    finds = fw.initial(host, fw.HAS_0_2)
    for number, value in unknown:
        r = fw.IDS.index(number) if number in fw.IDS else None
        same = knows and r in host.known - host.listed and finds.value[r] == value
        fates.append((REGISTER, number & 0xFFFFFFFF, unknown_fate(
            (number, value), same, unknown, own_ids[-1] if own else 0, quirks)))
    fates += [(REGISTER, n & 0xFFFFFFFF, CHANGED) for n in own_ids if n not in ids]
    yield question, f"{OK} {told(fates)}"


# ---- the meet

def lesser(n, values):
    """What all of them are at least: the fixes of cap-ibs do not contain each other."""
    if n == IBS and len(set(values)) > 1 and min(values) >= 2:
        return 1
    return min(values)


def power_meet(hosts):
    common = {"level": 1, "arch": POWER, "role": HOST}
    for name in ("levels", "facilities", "l2", "nested", "flags", "default"):
        common[name] = -1
        for h in hosts:
            common[name] &= h[name]
    for name in ("quirks", "withheld", "known"):
        common[name] = 0
        for h in hosts:
            common[name] |= h[name]
    common["pvr"] = hosts[0]["pvr"] if len({h["pvr"] for h in hosts}) == 1 else 0
    common["caps"] = [lesser(n, [h["caps"][n] for h in hosts if h["known"] >> n & 1] or [0])
                      for n in range(CAPS)]
    return common


def meets(rng):
    hosts = [power_host(rng) for _ in range(rng.randrange(1, 5))]
    if rng.randrange(2):
        for h in hosts:
            h["pvr"] = hosts[0]["pvr"]
    yield (ask("meet", len(hosts), *(wire(h) for h in hosts)),
           f"{' 0' * (len(hosts) + 1)} {wire(power_meet(hosts))}".strip())


def arm_meets(rng):
    """Hosts that list the same registers."""
    listed = set(range(rng.randrange(9)))
    hosts = [arm_host(rng, listed) for _ in range(rng.randrange(1, 5))]
    for h in hosts:     # and tell nothing of others
        h["regs"] = fw.Regs(listed, dict(enumerate(h["regs"].value)))
    all_regs = [h["regs"] for h in hosts]
    values, varies = {}, 0
    for r in listed:
        have = [regs.value[r] for regs in all_regs]
        if r in fw.SERVICES:
            values[r] = have[0]
            for v in have:
                values[r] &= v
        else:
            values[r] = min(have)
        if len({fw.initial(regs, fw.HAS_0_2).value[r] for regs in all_regs}) > 1:
            varies |= 1 << r
    counts = [h["registers"] for h in hosts if h["registers"]]
    vcpus = 3
    for h in hosts:
        vcpus &= h["vcpus"]
    common = {"level": 1, "arch": ARM64, "role": HOST, "registers": min(counts, default=0),
              "vcpus": vcpus, "fw_varies": varies, "regs": fw.Regs(listed, values)}
    yield (ask("meet", len(hosts), *(arm_wire(h) for h in hosts)),
           f"{' 0' * (len(hosts) + 1)} {arm_wire(common)}".strip())


def guests(rng):
    """The guest that a host starts: its level, and of the host's facilities what the level has."""
    host = power_host(rng, quirks=False)
    # doorbells are there before HFSCR can disable them
    have = {name: bits | 1 << MSGP for name, bits in levels_have()}
    host["levels"] &= level_set(have)
    host["withheld"] &= ~host["levels"]
    inside = [n for n in have if host["levels"] >> LEVELS[n] & 1]
    asked = rng.choice((0, 0, LEVELS[rng.choice(list(have))]))
    question = ask("guest", wire(host), asked, 0)
    level = NAME[asked] if asked else inside[-1] if inside else None
    if level not in inside and (asked or not host["flags"]):
        yield question, f"{OK} {NO_COMMON_LEVEL}"
        return
    guest = {**host, "role": GUEST, "withheld": 0, "l2": 0, "nested": 0}
    guest["levels"] = level_set([level]) if level else 0
    guest["flags"] = 0 if level else RAW
    lacks = [f for f, n in ((VECVSX, 1), (TM, 0)) if host["known"] >> n & 1 and not host["caps"][n]]
    # raw, it has what the host has
    guest["facilities"] &= have.get(level, -1) & ~sum(1 << f for f in lacks)
    yield question, f"{OK} {OK} {wire(guest)}"


def roles(rng):
    host = power_host(rng)
    guest = power_guest(rng, host)
    yield ask("migrate", wire(host), wire(host)), f"{OK} {OK} {VALUE}"
    yield ask("migrate", wire(guest), wire(guest)), f"{OK} {OK} {VALUE}"
    yield ask("meet", 2, wire(host), wire(guest)), f"{OK} {OK} {VALUE}"
    other = arm_host(rng)
    yield ask("meet", 2, wire(host), arm_wire(other)), f"{OK} {OK} {VALUE}"


def broken(rng):
    """A profile that breaks one rule of its own."""
    host, arm = power_host(rng), arm_host(rng)
    guest = power_guest(rng, host)
    unknown = next(n for n in range(CAPS + 1) if not host["known"] >> n & 1)
    yield from (
        (ask("wire", wire(p)), str(status)) for p, status in (
            ({**host, "quirks": 1 << 63}, RESERVED), ({**host, "levels": 1 << 9}, RESERVED),
            ({**host, "withheld": 1 << 1}, RESERVED), ({**host, "facilities": 1 << 6}, RESERVED),
            ({**host, "l2": 1 << 56}, RESERVED), ({**host, "flags": 2}, RESERVED),
            ({**host, "known": host["known"] | 1 << 15}, RESERVED),
            ({**host, "registers": 1}, RESERVED), ({**host, "arch": 3}, VALUE),
            ({**host, "role": 3}, VALUE), ({**host, "reflected": 1 << MSGP}, VALUE),
            ({**host, "levels": 1 << LEVELS["3.0"], "withheld": 1 << LEVELS["3.0"]}, VALUE),
            ({**host, "default": 1 << unknown} if unknown < CAPS else {**host, "role": 3}, VALUE),
            ({**guest, "quirks": 1}, VALUE), ({**guest, "withheld": 1 << LEVELS["2.07"]}, VALUE),
            ({**guest, "levels": level_set(["3.0", "3.1"]), "flags": 0}, VALUE),
            ({**guest, "levels": level_set(["3.0"]), "flags": RAW}, VALUE),
            ({**guest, "levels": 0, "flags": RAW, "pvr": 0}, VALUE)))
    both = {k: v for k, v in arm.items() if k != "regs"}
    yield from (
        (ask("wire", wire({**both, **p})), str(status)) for p, status in (
            ({"vcpus": 4}, RESERVED), ({"levels": 1 << LEVELS["3.0"]}, RESERVED),
            ({"fw_known": 1 << 8}, RESERVED), ({"fw_known": 1, "fw_unsure": 1}, VALUE),
            ({"role": GUEST, "vcpus": 3}, VALUE), ({"role": GUEST, "vcpus": 0}, VALUE)))


def records_of(text):
    data = bytes.fromhex(text)[8:]
    return [(int.from_bytes(data[at:at + 2], "big"), int.from_bytes(data[at + 2:at + 4], "big"),
             int.from_bytes(data[at + 4:at + 12], "big")) for at in range(0, len(data), 12)]


def forms(rng):
    """One profile, one form; what is not quite one is refused."""
    host = power_host(rng)
    good = wire(host)
    records = records_of(good)
    yield ask("wire", good), f"{OK} {good}"
    yield ask("wire", good + "00"), str(SIZE)
    yield ask("wire", good[:-2]), str(SIZE)
    yield ask("wire", pack(records, count=len(records) + 1)), str(SIZE)
    yield ask("wire", pack(records, magic=b"HVPQ")), str(VERSION)
    yield ask("wire", pack(records, version=2)), str(VERSION)
    at = rng.randrange(len(records) - 1)
    swapped = records[:at] + [records[at + 1], records[at]] + records[at + 2:]
    yield ask("wire", pack(swapped)), str(VALUE)
    yield ask("wire", pack(records[:at + 1] + records[at:])), str(VALUE)
    tag, item, _ = records[at]
    yield ask("wire", pack(records[:at] + [(tag, item, 0)] + records[at + 1:])), str(VALUE)
    yield ask("wire", pack(records + [(0xFFFF, 0, 1)])), str(VERSION)
    yield ask("wire", pack([(0x7000 + at, 0, 1)] + records)), f"{OK} {good}"


EXHAUSTIVE = []
RANDOM = [(power_migrations, 6), (arm_migrations, 5), (streams, 3), (meets, 2), (arm_meets, 2),
          (guests, 2), (roles, 1), (forms, 1), (broken, 1)]

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""HFSCR and the other registers of nested API version 1, by R1 to R9 and R19.

Values: Linux asm/reg.h, asm/hvcall.h, kvm/book3s_hv.c, kvm/book3s_hv_nested.c.
"""
from common import (ALL, ARGUMENT, H_AUTHORITY, H_BAD_MODE, H_FUNCTION, H_INTERRUPT,
                    H_NOT_AVAILABLE, H_P2, H_PARAMETER, H_SUCCESS, H_TOO_HARD, LEVEL_NEWER,
                    LEVEL_OLDER, LEVELS, NOT_FOUND, OK, ORDER, POLICY, RESERVED, TOO_BIG, TOO_SMALL,
                    VERSION, answer, ask, near, newer, word)

# Enable bits of HFSCR. SCV (12) is a facility of FSCR only.
FP, VECVSX, DSCR, PM, BHRB, TM, EBB, TAR, MSGP, PREFIX = 0, 1, 2, 3, 4, 5, 7, 8, 10, 13
FACILITIES = [FP, VECVSX, DSCR, PM, BHRB, TM, EBB, TAR, MSGP, PREFIX]
KNOWN = sum(1 << f for f in FACILITIES)
RES, DIRECT, LAZY, EMULATED = range(4)
ILLEGAL, REFLECT, LOAD, EMULATE, INCONSISTENT = range(5)
PROGRAM, HEAI, HFU, HDSI, HISI = 0x700, 0xE40, 0xF80, 0xE00, 0xE20
GUEST, HYPERVISOR = 0, 1


class Policy:
    """A strategy for every facility (R1)."""

    def __init__(self, strategies):
        self.of = strategies

    def masks(self):
        return tuple(sum(1 << f for f, s in self.of.items() if s in want)
                     for want in ((DIRECT, LAZY, EMULATED), (LAZY,), (EMULATED,)))

    def strategy(self, facility):
        return self.of.get(facility, RES)

    def sanitise(self, asked):
        """R2: facility by facility; bits that are none are reserved; IC passes."""
        kept = asked >> 56 << 56
        for f in FACILITIES:
            if asked >> f & 1 and self.strategy(f) != RES:
                kept += 1 << f
        return kept

    def effective(self, asked, resident):
        """R3"""
        value = asked >> 56 << 56
        for f in FACILITIES:
            s = self.strategy(f)
            if asked >> f & 1 and (s == DIRECT or (s == LAZY and resident >> f & 1)):
                value += 1 << f
        return value

    def decide(self, asked, resident, cause):
        """R6, row by row"""
        s = self.strategy(cause)
        if s == RES:
            return ILLEGAL
        if not asked >> cause & 1:
            return REFLECT
        if s == LAZY and not resident >> cause & 1:
            return LOAD
        if s == EMULATED:
            return EMULATE
        return INCONSISTENT


def restore(asked, vector, cause):
    """R4"""
    if vector != HFU:
        return asked
    return ((cause & 0xFF) << 56) + asked % (1 << 56)


def random_policy(rng):
    few = rng.randrange(3)
    return Policy({f: rng.randrange(4) if few != 1 else rng.choice((RES, RES, DIRECT, LAZY))
                   for f in FACILITIES})


def hfscr(rng):
    p = random_policy(rng)
    asked, resident = word(rng), word(rng)
    vector = rng.choice((HFU, HFU, HEAI, PROGRAM, HDSI, 0, 0x980, HFU + 1))
    cause = rng.choice((rng.randrange(256), rng.getrandbits(32)))
    back = restore(asked, vector, cause)
    clean = p.sanitise(asked)
    yield (ask("hfscr", *p.masks(), asked, resident, vector, cause),
           answer(clean, p.effective(asked, resident), back, p.sanitise(back), asked >> 56,
                  asked - clean))
    wide = [(1 << bit) + bit % 14 for bit in range(8, 32)]
    yield (ask("decide", *p.masks(), asked, resident),
           "".join(str(p.decide(asked, resident, c)) for c in [*range(256), *wide]))


def strategies():
    """Every strategy of every facility, alone and among others, and how it is assigned."""
    for others in (RES, DIRECT, LAZY, EMULATED):
        for f in range(70):
            for s in range(6):
                before = Policy({g: others for g in FACILITIES})
                good = f in FACILITIES and s < 4
                after = Policy({**before.of, f: s})
                status = ARGUMENT if s > 3 else NOT_FOUND
                yield (ask("assign", *before.masks(), f, s),
                       answer(str(OK), *after.masks()) if good else answer(str(status)))
                if good:
                    yield (ask("strategy", *after.masks()),
                           "".join(str(after.strategy(g)) for g in range(70)))


def decisions():
    """R6 over every facility, strategy, enable bit and residency, with all others otherwise."""
    for f in FACILITIES:
        for s in range(4):
            for others in range(4):
                p = Policy({**{g: others for g in FACILITIES}, f: s})
                for enabled in (0, 1 << f):
                    for loaded in (0, 1 << f):
                        for noise in (0, ALL & ~(1 << f)):
                            asked, resident = enabled | noise, loaded | noise
                            wide = [(1 << bit) + bit % 14 for bit in range(8, 32)]
                            yield (ask("decide", *p.masks(), asked, resident),
                                   "".join(str(p.decide(asked, resident, c))
                                           for c in [*range(256), *wide]))


def policies(rng):
    """R1: what breaks it is refused."""
    present, lazy, emulated = random_policy(rng).masks()
    level, reserved = rng.choice((1, 1, 1, 0, 2, 1 << 31)), rng.choice((0, 0, 0, 1, 1 << 31))
    broken = rng.randrange(8)
    if broken == 0:
        present |= 1 << rng.randrange(64)
    elif broken == 1:
        lazy |= 1 << rng.randrange(64)
    elif broken == 2:
        emulated |= 1 << rng.randrange(64)
    elif broken == 3:
        present, lazy, emulated = word(rng), word(rng), word(rng)
    status = OK
    if level != 1:
        status = VERSION
    elif reserved:
        status = RESERVED
    else:
        for f in range(64):
            bits = (present >> f & 1, lazy >> f & 1, emulated >> f & 1)
            if f not in FACILITIES and any(bits):
                status = POLICY
            if bits not in ((0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 0, 1)):
                status = POLICY
    yield ask("policy", present, lazy, emulated, level, reserved), answer(str(status))


def vectors():
    """R7"""
    for action in range(8):
        for receiver in (GUEST, HYPERVISOR):
            illegal = HEAI if receiver == HYPERVISOR else PROGRAM
            told = {ILLEGAL: illegal, INCONSISTENT: illegal,
                    REFLECT: HFU if receiver == HYPERVISOR else PROGRAM}.get(action, 0)
            yield ask("vector", action, receiver), answer(told)


NAMES = {"FP": FP, "VECVSX": VECVSX, "DSCR": DSCR, "PM": PM, "BHRB": BHRB, "TM": TM, "EBB": EBB,
         "TAR": TAR, "MSGP": MSGP, "SCV": 12, "PREFIX": PREFIX}


def names():
    """Facilities by name, upper or lower case; since when HFSCR has the bit, and until when."""
    for name, f in NAMES.items():
        since = {"MSGP": LEVELS["3.0"], "SCV": 0, "PREFIX": LEVELS["3.1"]}.get(name,
                                                                               LEVELS["2.07"])
        until = LEVELS["3.1"] if name == "TM" else 0
        for word_ in (name, name.lower(), name.title()):
            yield (ask("facility", word_),
                   answer(str(OK), f, str(OK), f, since, until, name))
        for word_ in (name + "X", name[:-1] + "_", "X" + name):
            yield ask("facility", word_), answer(str(NOT_FOUND))


def hosts(rng):
    """What L0 holds: the head comes first (R16), then what is reserved, then the policy."""
    size, level = rng.choice((HOST_SIZE,) * 6 + (0, 8, HOST_SIZE - 1, 4097)), near(rng, 1, 1, 1,
                                                                                  bits=32)
    features = rng.choice((rng.randrange(32), rng.randrange(32), word(rng, 32)))
    reserved = rng.choice((0, 0, 0, word(rng, 32)))
    masks = list(random_policy(rng).masks())
    broken = rng.randrange(4) == 0
    if broken:
        masks[0] |= 1 << 40
    status = OK
    if size < HOST_SIZE:
        status = TOO_SMALL
    elif size > 4096:
        status = TOO_BIG
    elif level != 1:
        status = VERSION
    elif features >> 5 or reserved:
        status = RESERVED
    elif broken:
        status = POLICY
    yield ask("validate", size, level, features, reserved, *masks), answer(str(status))


HOST_SIZE = 72      # four words, three registers, a policy of 32 bytes


def has_facility(level, facility):
    """Power ISA: what a level has, of those that HFSCR can disable."""
    if newer("2.07", level):
        raise ValueError("not asked")
    return {TM: not newer(level, "3.0"), PREFIX: not newer("3.1", level)}.get(facility, True)


BARE, HOST_TM, TM_ASSIST = 1, 2, 4


def derive(host, guest, features, receiver, hardware):
    """KVM's strategies for a guest (kvmppc_core_vcpu_create_hv(), kvmppc_handle_exit_hv())."""
    levels = {number: name for name, number in LEVELS.items()}
    if features & ~7:
        return RESERVED
    if host not in levels or guest not in (0, *levels) or receiver > 1:
        return ARGUMENT
    if features & TM_ASSIST and not features & BARE:
        return ARGUMENT
    host, guest = levels[host], levels.get(guest) or levels[host]
    if newer("2.07", host):
        return LEVEL_OLDER
    if newer(guest, host):
        return LEVEL_NEWER
    found = {}
    switched = {PM, EBB, TM} if newer(host, "2.07") and receiver == GUEST else set()
    for f in FACILITIES:
        if not has_facility(host, f) or not has_facility(guest, f):
            continue
        s = LAZY if f in switched else DIRECT
        if f == MSGP:
            if not newer(host, "2.07"):
                continue    # POWER8's HFSCR has no such bit, and its KVM emulates nothing
            s = EMULATED
        elif f == TM:
            if not features & (HOST_TM | TM_ASSIST):
                continue
        elif features & BARE and not hardware >> f & 1:
            continue
        found[f] = s
    return Policy(found)


def derived():
    numbers = [0, *(n for name, n in LEVELS.items() if not newer("2.07", name)), 13, 99]
    for host in [*LEVELS.values(), 0, 5, 99]:
        for guest in numbers:
            for features in range(16):
                for receiver in range(3):
                    for hardware in (0, ALL, 0x218F, 0x05BF, 0x2000, 0x20, 0x408):
                        p = derive(host, guest, features, receiver, hardware)
                        yield (ask("derive", host, guest, features, receiver, hardware),
                               answer(str(OK), *p.masks()) if isinstance(p, Policy)
                               else answer(str(p)))


# ---- doorbells: kvmppc_emulate_doorbell_instr()

def doorbell(insn):
    """(operation, register) or None"""
    if insn >> 26 != 31:
        return None
    xo, rt, rb = insn >> 1 & 0x3FF, insn >> 21 & 31, insn >> 11 & 31
    if xo in (142, 174):
        return (1 if xo == 142 else 2), rb
    spr = (insn >> 16 & 31) + ((insn >> 11 & 31) << 5)
    if xo == 339 and spr in (446, 176):
        return (3 if spr == 446 else 4), rt
    return None


def doorbells(rng):
    op = rng.choice((0x7C00011C, 0x7C00015C, 0x7C1E6AA6, 0x7C102AA6, 0x7C1E6BA6))
    insn = op | rng.randrange(32) << rng.choice((11, 21))
    if rng.randrange(3) == 0:
        insn ^= 1 << rng.randrange(32)
    found = doorbell(insn)
    yield (ask("doorbell", insn), answer(str(OK), *found) if found else answer(str(NOT_FOUND)))
    threads = rng.choice((1, 2, 4, 8, 128))
    this = rng.randrange(threads)
    rb = near(rng, 5 << 27 | rng.randrange(128), (5 << 27) + this, 4 << 27)
    what = rng.randrange(5)
    thread = None
    if rb >> 27 & 31 == 5:
        if what == 1 and rb & 0x7F < threads:
            thread = rb & 0x7F
        elif what == 2:
            thread = this
    yield (ask("target", what, rb, this, threads),
           answer(str(NOT_FOUND)) if thread is None else answer(str(OK), thread))


# ---- hv_guest_state

FIELDS = ("version lpid vcpu_token lpcr pcr amor dpdes hfscr tb_offset dawr0 dawrx0 ciabr "
          "hdec_expiry purr spurr ic vtb hdar hdsisr heir asdr srr0 srr1 sprg0 sprg1 sprg2 sprg3 "
          "pidr cfar ppr dawr1 dawrx1").split()
HALF = {"lpid", "vcpu_token"}
DPFD, ILE, AIL, LD, MER, TC = 7 << 52, 0x02000000, 0x01800000, 0x20000, 0x800, 0x200
L1_MAY = DPFD | ILE | TC | AIL | LD | MER
RADIX, ARCH_207, ARCH_300, PREFETCH_BUG, DAWR1 = 1, 2, 4, 8, 16
PCR_MASK = 0x0FFFFFFFFFFFFFE1
MSR_HV, MSR_ME = 1 << 60, 0x1000


RETURNED = ("dpdes purr spurr ic vtb srr0 srr1 sprg0 sprg1 sprg2 sprg3 pidr cfar ppr").split()
NEVER_LOADED = ("amor", "hdar", "hdsisr", "heir", "asdr")
# How a value becomes L2's, and when L2's goes back: numbers of the interface.
ENTRY = {"version": 1, "lpid": 1, "vcpu_token": 1, "hfscr": 3, "lpcr": 4, "pcr": 5, "dawrx0": 6,
         "ciabr": 7, "dpdes": 9, "tb_offset": 10, "hdec_expiry": 11, "dawr1": 12, "dawrx1": 13,
         **{name: 2 for name in NEVER_LOADED}}
EXIT = {**{name: 1 for name in RETURNED}, "hfscr": 2, "hdar": 3, "hdsisr": 3, "asdr": 4, "heir": 5}


def layout():
    """asm/hvcall.h: where each field lies"""
    offset = 0
    for number, name in enumerate(FIELDS):
        size = 4 if name in HALF else 8
        yield (ask("hvreg", number),
               answer(str(OK), number, offset, size, 2 if name in ("dawr1", "dawrx1") else 1,
                      ENTRY.get(name, 0), EXIT.get(name, 0), name.upper()))
        offset += size
    yield ask("hvreg", 256), answer(str(OK), 256, 0, 8, 0, 8, 1, "MSR")
    for number in (len(FIELDS), 64, 255, 257, 1 << 31):
        yield ask("hvreg", number), answer(str(NOT_FOUND))


def filter_lpcr(features, value):
    """kvmppc_filter_lpcr_hv(), in its order"""
    if features & RADIX:
        value &= ~TC
    if not features & ARCH_207:
        value &= ~AIL
    if value & AIL != AIL:
        value &= ~AIL
    if features & RADIX and features & PREFETCH_BUG:
        value &= ~AIL
    if not features & ARCH_300:
        value &= ~LD
    return value


def lpcr(features, host, asked):
    mixed = sum(1 << b for b in range(64) if (asked if L1_MAY >> b & 1 else host) >> b & 1)
    return filter_lpcr(features, mixed)


def dawrx(value):
    return value - (value & 4)      # HYP


def ciabr(value):
    return value - 3 if value % 4 == 3 else value


def dpdes(value):
    return int(value % 256 != 0)


def msr(value):
    return (value | MSR_ME) & ~MSR_HV


def pcr(l1, asked):
    return l1 | asked | PCR_MASK


def lpcrs(rng):
    features, host = rng.randrange(32), near(rng, 0x0454F41B, 0x004000000060F008, ALL)
    asked = near(rng, 0, ALL, L1_MAY, AIL, 0x00800000, 0x01000000, LD, TC, 0x04000000)
    yield (ask("lpcr", features, host, asked),
           answer(lpcr(features, host, asked), filter_lpcr(features, asked)))


def lpcr_bits():
    """Every bit of LPCR, alone and missing, with all features."""
    for features in range(32):
        for bit in range(64):
            for asked in (1 << bit, ALL ^ 1 << bit, 1 << bit | AIL):
                for host in (0, ALL, 0x0454F41B):
                    yield (ask("lpcr", features, host, asked),
                           answer(lpcr(features, host, asked), filter_lpcr(features, asked)))


def plain_registers(rng):
    value, l1 = word(rng), word(rng)
    yield (ask("register", value, l1),
           answer(dawrx(value), ciabr(value), dpdes(value), msr(value), pcr(l1, value)))


def plain_bits():
    for low in range(256):
        for high in (0, ALL << 8 & ALL, 1 << 60):
            value = high | low
            yield (ask("register", value, 0),
                   answer(dawrx(value), ciabr(value), dpdes(value), msr(value), pcr(0, value)))


def random_regs(rng):
    return {name: word(rng, 32 if name in HALF else 64) for name in FIELDS}


def regs(values):
    return [values[name] for name in FIELDS]


def entries(rng):
    p, l1 = random_policy(rng), random_regs(rng)
    features, host, l1_pcr, resident = rng.randrange(32), word(rng), word(rng), word(rng)
    l2 = dict(l1)
    l2["hfscr"] = p.effective(l1["hfscr"], resident)
    l2["lpcr"] = lpcr(features, host, l1["lpcr"])
    l2["pcr"] = pcr(l1_pcr, l1["pcr"])
    l2["dawrx0"], l2["dawrx1"] = dawrx(l1["dawrx0"]), dawrx(l1["dawrx1"])
    l2["ciabr"], l2["dpdes"] = ciabr(l1["ciabr"]), dpdes(l1["dpdes"])
    if not features & DAWR1:
        l2["dawr1"] = l2["dawrx1"] = 0
    for name in NEVER_LOADED:
        l2[name] = 0
    yield (ask("enter", features, host, l1_pcr, resident, *p.masks(), *regs(l1)),
           answer(str(OK), *regs(l2)))


def exits(rng):
    """save_hv_return_state(), R4 and R5"""
    l1, l2 = random_regs(rng), random_regs(rng)
    vector = rng.choice((HFU, HEAI, HDSI, HISI, 0x980, 0xC00, 0, HFU + 1, 0xE50))
    cause = rng.choice((rng.randrange(256), rng.getrandbits(32)))
    back = dict(l1)
    fault = {HDSI: ["hdar", "hdsisr", "asdr"], HISI: ["asdr"], HEAI: ["heir"]}.get(vector, [])
    for name in (*RETURNED, *fault):
        back[name] = l2[name]
    back["hfscr"] = restore(l1["hfscr"], vector, cause)
    yield ask("leave", *regs(l1), *regs(l2), vector, cause), answer(*regs(back))


def swaps(rng):
    before = random_regs(rng)
    size = rng.choice((232, 248, 0, 240, 247, 256, 1 << 31))
    known = FIELDS[:-2] if size == 232 else FIELDS
    after = dict(before)
    for name in known if size in (232, 248) else ():
        width = 4 if name in HALF else 8
        after[name] = int.from_bytes(before[name].to_bytes(width, "big"), "little")
    yield (ask("swap", size, *regs(before)),
           answer(str(OK if size in (232, 248) else ARGUMENT), *regs(after)))


def versions(rng):
    """R19"""
    version = near(rng, 0, 1, 2, 3, 1 << 32, (1 << 32) + 2, 2 << 56)
    size = {1: 232, 2: 248}.get(version)
    yield (ask("version", version), answer(str(OK), size) if size else answer(str(VERSION)))


def call(flags, lpid, token, limit, version, table, l1, l2):
    """kvmhv_enter_nested_guest(), in its order"""
    state = {0: "none", 1: "suspended", 2: "transactional", 3: "reserved"}
    ts1, ts2 = state[l1 >> 33 & 3], state[l2 >> 33 & 3]
    if not flags & 1:
        return H_FUNCTION
    if not table:
        return H_NOT_AVAILABLE
    if ts1 == "transactional":
        return H_BAD_MODE
    if flags & 2:       # the guest's memory was not read yet
        return H_SUCCESS
    if flags & 0x1C or version % (1 << 32) not in (1, 2):
        return H_PARAMETER
    if version > 2:
        return H_P2
    if token >= limit:
        return H_PARAMETER
    if ts1 == "suspended" and ts2 == "none" or ts1 != "suspended" and ts2 != "none" or \
            ts2 == "reserved":
        return H_BAD_MODE
    if lpid >= 1 << (table % 32 + 8):
        return H_PARAMETER
    return H_SUCCESS


def calls(rng):
    flags = rng.choice((1, 1, 1, 1, 3, rng.randrange(64)))
    table = rng.choice((0, rng.getrandbits(60), 0x1000 + rng.randrange(32), rng.randrange(32)))
    bound = 1 << (table % 32 + 8)
    lpid = min(rng.choice((0, 1, bound - 1, bound, rng.getrandbits(32))), (1 << 32) - 1)
    limit = rng.choice((0, 1, 2048, rng.getrandbits(32)))
    token = rng.choice((0, limit, max(limit, 1) - 1, rng.getrandbits(32)))
    version = near(rng, 1, 2, 1, 2, 0, 3, (1 << 32) + 2)
    l1, l2 = (word(rng) & ~(3 << 33) | rng.choice((0, 0, 1, 1, 2, 3)) << 33 for _ in range(2))
    status = RESERVED if flags & ~31 else OK
    yield (ask("call", flags, lpid, token, limit, version, table, l1, l2),
           answer(str(status)) if status else
           answer(str(OK), str(call(flags, lpid, token, limit, version, table, l1, l2))))


def results():
    for events in range(8):
        for vector in (0, 0x980, HFU, HEAI, 0xFFFFFFFF):
            want = vector
            if events & 1:
                want = H_AUTHORITY
            elif events & 2:
                want = H_INTERRUPT
            elif events & 4:
                want = H_TOO_HARD
            yield ask("result", events, vector), answer(str(want))
    for enabled in (0, 1):
        for visible in (0, 1):
            for table in (*range(64), *((1 << b) + s for b in range(12, 64) for s in (4, 5, 31))):
                want = H_SUCCESS
                if not enabled:
                    want = H_FUNCTION
                elif table % 32 + 12 - 4 > 12 or not visible:
                    want = H_PARAMETER
                yield ask("table", enabled, table, visible), answer(str(want))


def levels_have():
    """What HFSCR can disable at each level."""
    for name in ORDER:
        if newer("2.07", name):
            continue
        bits = sum(1 << f for f in FACILITIES if has_facility(name, f)
                   and (f != MSGP or newer(name, "2.07")))
        yield name, bits


EXHAUSTIVE = [strategies, decisions, vectors, names, layout, derived, lpcr_bits, plain_bits,
              results]
RANDOM = [(hfscr, 6), (policies, 3), (doorbells, 3), (lpcrs, 4), (plain_registers, 4),
          (entries, 3), (exits, 2), (swaps, 1), (versions, 1), (calls, 5),
          (hosts, 1)]

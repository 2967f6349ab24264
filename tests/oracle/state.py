# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Guest state buffers of nested API version 2: R2 to R8 and R14 for every element.

Elements: Linux Documentation/arch/powerpc/kvm-nested.rst; what it leaves open is decided in
doc/rules.md, "Guest state buffers".
"""
import registers as v1
from common import (ALL, ARGUMENT, CAPABILITY, H_ELEMENT_ID, H_ELEMENT_SIZE, H_ELEMENT_VALUE,
                    H_INPUT_TOO_SMALL, H_P5, H_PARAMETER, H_SUCCESS, LEVELS, LOGICAL, NOT_FOUND,
                    OK, RESERVED, SIZE, TOO_BIG, TOO_SMALL, VALUE, VERSION, answer, ask, near,
                    newer, word)
from levels import CAP_NAMES, NAME, OF_LOGICAL

THREAD, GUEST, HOST, ANY = 1, 2, 4, 7
GET, SET, RUN, ANSWER = 1, 2, 3, 4
READ, READ_SET, READ_WRITE = 1, 3, 7
SKIP_UNKNOWN, REFUSE_TWICE = 1, 2
DOCUMENT, LINUX = 0, 1

# id -> (name, bytes by the document or None for any, scope, access, since)
ELEMENTS = {
    0x0000: ("NOP", None, ANY, READ_WRITE, 1),
    0x0001: ("L0_STATE_SIZE", 8, GUEST, READ, 1),
    0x0002: ("RUN_OUTPUT_MIN_SIZE", 8, GUEST, READ, 1),
    0x0003: ("LOGICAL_PVR", 4, GUEST, READ_WRITE, 1),
    0x0004: ("TB_OFFSET", 8, GUEST, READ_WRITE, 1),
    0x0005: ("PARTITION_TABLE", 24, GUEST, READ_WRITE, 1),
    0x0006: ("PROCESS_TABLE", 16, GUEST, READ_WRITE, 1),
    0x0800: ("L0_GUEST_HEAP", 8, HOST, READ, 2),
    0x0801: ("L0_GUEST_HEAP_MAX", 8, HOST, READ, 2),
    0x0802: ("L0_GUEST_PGTABLE_SIZE", 8, HOST, READ, 2),
    0x0803: ("L0_GUEST_PGTABLE_SIZE_MAX", 8, HOST, READ, 2),
    0x0804: ("L0_GUEST_PGTABLE_RECLAIMED", 8, HOST, READ, 2),
    0x0C00: ("RUN_INPUT", 16, THREAD, READ_SET, 1),
    0x0C01: ("RUN_OUTPUT", 16, THREAD, READ_SET, 1),
    0x0C02: ("VPA", 8, THREAD, READ_SET, 1),
    0xF000: ("HDAR", 8, THREAD, READ, 1),
    0xF001: ("HDSISR", 4, THREAD, READ, 1),
    0xF002: ("HEIR", 4, THREAD, READ, 1),
    0xF003: ("ASDR", 8, THREAD, READ, 1),
}
for first, size, names in (
        (0x1000, 8, [f"GPR{n}" for n in range(32)]),
        (0x1020, 8, "HDEC_EXPIRY_TB NIA MSR LR XER CTR CFAR SRR0 SRR1 DAR DEC_EXPIRY_TB VTB LPCR "
                    "HFSCR FSCR FPSCR DAWR0 DAWR1 CIABR PURR SPURR IC SPRG0 SPRG1 SPRG2 SPRG3 PPR "
                    "MMCR0 MMCR1 MMCR2 MMCR3 MMCRA SIER SIER2 SIER3 BESCR EBBHR EBBRR AMR IAMR "
                    "AMOR UAMOR SDAR SIAR DSCR TAR DEXCR HDEXCR HASHKEYR HASHPKEYR CTRL "
                    "DPDES".split()),
        (0x2000, 4, "CR PIDR DSISR VSCR VRSAVE DAWRX0 DAWRX1 PMC1 PMC2 PMC3 PMC4 PMC5 PMC6 WORT "
                    "PSPB".split()),
        (0x3000, 16, [f"VSR{n}" for n in range(64)])):
    ELEMENTS |= {first + n: (name, size, THREAD, READ_WRITE, 1) for n, name in enumerate(names)}
ID = {row[0]: number for number, row in ELEMENTS.items()}
LACKING = {ID["L0_STATE_SIZE"]: 1, ID["VPA"]: 2}
MSR_HIDDEN = 1 << 60 | 1 << 22 | 1 << 12      # HV, S, ME
BITS = {ID["MSR"]: ALL & ~MSR_HIDDEN, ID["LPCR"]: 0x0070000003820C00,
        ID["HDEXCR"]: 0xFFFFFFFF}
# What only a hypervisor can write (Power ISA, book III): L1's value stays.
HYPERVISOR_ONLY = {ID[n] for n in ("HDEC_EXPIRY_TB", "LPCR", "DAWR0", "DAWR1", "CIABR", "AMOR",
                                   "HDEXCR", "DAWRX0", "DAWRX1")}
ON_EXIT = {ID["HDAR"]: (v1.HDSI,), ID["HDSISR"]: (v1.HDSI,), ID["HEIR"]: (v1.HEAI,),
           ID["ASDR"]: (v1.HDSI, v1.HISI)}
OUTPUT = {0xC00: [f"GPR{n}" for n in range(3, 13)], 0xE00: ["HDAR", "HDSISR", "ASDR", "NIA", "MSR"],
          0xE20: ["HDAR", "ASDR", "NIA", "MSR"], 0xE40: ["HEIR", "NIA", "MSR"],
          0xF80: ["HFSCR", "NIA", "MSR"]}


def width(number, dialect):
    """Bytes of a value in a dialect, None for any."""
    if dialect == LINUX and ELEMENTS[number][0] in ("NOP", "HEIR"):
        return {"NOP": 0, "HEIR": 8}[ELEMENTS[number][0]]
    return ELEMENTS[number][1]


def rows():
    for number in (*range(0x10000), 0x10000, (1 << 32) - 1):
        row = ELEMENTS.get(number)
        if not row:
            if number % 7 == 0 or number < 0x1100:
                yield ask("element", number), answer("-2 -2 -2", ALL, str(NOT_FOUND))
            continue
        name, _, scope, access, since = row
        sizes = [str(-1 if width(number, d) is None else width(number, d)) for d in (0, 1)]
        yield (ask("element", number),
               answer(*sizes, "-2", BITS.get(number, ALL), str(OK), scope, access, since, name))
    for vector in range(0, 0x2000, 4):
        yield ask("output", vector), answer(*(ID[n] for n in OUTPUT.get(vector, ())))


class Host:
    """What L0 holds of one L1."""

    def __init__(self, rng):
        self.revision, self.dialect = rng.choice((1, 2, 2)), rng.choice((DOCUMENT, LINUX))
        self.lacks = rng.choice((0, 0, 1, 2, 3))
        self.l1 = rng.choice(("3.0", "3.1", "P11", "P11", "2.07"))
        self.least = rng.choice((128, 128, 200, 256, 1000))
        self.run_max = rng.choice((16384, 1024, 2048))
        self.most = rng.choice((0x100000, 4, 4096, 64, (1 << 32) - 1))
        self.run_flags = rng.randrange(8) << 61
        self.negotiated = rng.choice((0xF << 60, rng.randrange(16) << 60))

    def args(self):
        return (self.revision, self.dialect, self.lacks, LEVELS.get(self.l1, 0), self.least,
                self.run_max, self.most, self.run_flags, self.negotiated)

    def may_give(self, name):
        """R14: a level that L1 has and negotiated."""
        return bool(self.negotiated & CAPABILITY.get(name, 0)) and not newer(name, self.l1)

    def knows(self, number):
        return number in ELEMENTS and ELEMENTS[number][4] <= self.revision and \
            not self.lacks & LACKING.get(number, 0)


def numbers(value):
    return [int.from_bytes(value[at:at + 8], "big") for at in range(0, len(value), 8)]


def takes(host, number, value):
    """Whether a value of L1 is taken."""
    n = numbers(value)
    if number in BITS:
        return not n[0] & ~BITS[number]
    name = ELEMENTS[number][0]
    if name == "LOGICAL_PVR":
        return n[0] in OF_LOGICAL and host.may_give(OF_LOGICAL[n[0]])
    if name == "PARTITION_TABLE":
        return n[1:] == [52, 1 << 16] and n[0] % (1 << 16) == 0 and n[0] < 1 << 60
    if name == "PROCESS_TABLE":
        return n[0] % 4096 == 0 and n[0] < 1 << 60 and n[1] in [1 << b for b in range(12, 37)]
    if name in ("RUN_INPUT", "RUN_OUTPUT"):
        least = 4 if name == "RUN_INPUT" else host.least
        return 0 < n[0] < 1 << 60 and least <= n[1] <= host.run_max
    return True


def wrong(host, use, scope, policy, element, seen):
    """What is wrong with one element that lies in the buffer, or None."""
    number, value = element
    row = ELEMENTS.get(number)
    known = row if use == ANSWER else host.knows(number)
    if not known:
        return None if policy & SKIP_UNKNOWN else H_ELEMENT_ID
    if not row[2] & scope:
        return H_ELEMENT_ID
    if not row[3] & {GET: 1, ANSWER: 1, SET: 2, RUN: 4}[use]:
        return H_ELEMENT_ID
    if policy & REFUSE_TWICE and number and number in seen:
        return H_ELEMENT_ID
    sizes = {width(number, d) for d in ((0, 1) if use == ANSWER else (host.dialect,))}
    if None not in sizes and len(value) not in sizes:
        return H_ELEMENT_SIZE
    if use in (SET, RUN) and not takes(host, number, value):
        return H_ELEMENT_VALUE
    return None


def check(host, use, scope, policy, data):
    """(r3, r4, elements that are wrong) of a call with a buffer: the first is the answer (R25)"""
    limit = {GET: host.most, SET: host.most, RUN: host.run_max}.get(use, 1 << 32)
    if len(data) > limit:
        return H_P5, 0, 1
    if len(data) < 4:
        return (H_INPUT_TOO_SMALL if use == RUN else H_P5), 0, 1
    at, seen, first, found = 4, set(), None, 0
    for index in range(int.from_bytes(data[:4], "big")):
        number = int.from_bytes(data[at:at + 2], "big")
        count = int.from_bytes(data[at + 2:at + 4], "big")
        cut = len(data) - at < 4 or len(data) - at - 4 < count
        status = H_ELEMENT_SIZE if cut else wrong(
            host, use, scope, policy, (number, data[at + 4:at + 4 + count]), seen)
        if status:
            first = first or (status, at if use == RUN else index)
            found |= 1 << index
        if cut:
            break
        seen.add(number)
        at += 4 + count
    return *(first or (H_SUCCESS, 0)), found


def ask_buffer(host, use, scope, policy, data):
    r3, r4, found = check(host, use, scope, policy, data)
    once = (str(OK), str(r3), r4, 0)    # with a report or without
    return (ask("buffer", *host.args(), use, scope, policy, data.hex() or "-"),
            answer(str(OK), *once, *once, found))


ALL_IDS = list(ELEMENTS)
FEW = [ID[n] for n in ("NOP", "LOGICAL_PVR", "PARTITION_TABLE", "PROCESS_TABLE", "RUN_INPUT",
                       "RUN_OUTPUT", "VPA", "MSR", "LPCR", "HDEXCR", "HFSCR", "HEIR",
                       "L0_STATE_SIZE", "L0_GUEST_HEAP", "TB_OFFSET")]


def random_value(rng, host, number, count):
    name = ELEMENTS.get(number, ("",))[0]
    kind = rng.randrange(4)
    if kind and number in BITS and count == 8:
        value = BITS[number] & word(rng)
        return (value ^ (1 << rng.randrange(64) if kind == 1 else 0)).to_bytes(8, "big")
    if kind and name == "LOGICAL_PVR" and count == 4:
        return rng.choice(list(LOGICAL.values())).to_bytes(4, "big")
    if kind and name == "PARTITION_TABLE" and count == 24:
        words = (near(rng, 1 << 16, (1 << 60) - (1 << 16), 0, 1 << 60), near(rng, 52, 52, 52),
                 near(rng, 1 << 16, 1 << 16))
        return b"".join(w.to_bytes(8, "big") for w in words)
    if kind and name == "PROCESS_TABLE" and count == 16:
        words = (near(rng, 1 << 12, (1 << 60) - (1 << 12), 0, 1 << 60),
                 near(rng, *(1 << b for b in range(10, 40))))
        return b"".join(w.to_bytes(8, "big") for w in words)
    if kind and name.startswith("RUN_") and count == 16:
        words = (near(rng, 1, 1 << 12, (1 << 60) - 1), near(rng, 4, host.least, host.run_max, 300))
        return b"".join(w.to_bytes(8, "big") for w in words)
    return word(rng, 8 * count).to_bytes(count, "big") if count else b""


def random_buffer(rng, host, use, scope):
    fitting = [n for n in ALL_IDS if host.knows(n) and ELEMENTS[n][2] & scope
               and ELEMENTS[n][3] & {GET: 1, ANSWER: 1, SET: 2, RUN: 4}[use]]
    data, count = b"", rng.choice((0, 1, 1, 1, 2, 3, 8))
    for _ in range(count):
        number = rng.choice(fitting)
        if rng.randrange(8) == 0:
            number = rng.choice((rng.choice(ALL_IDS), rng.choice(FEW), rng.randrange(0x10000)))
        elif rng.randrange(2) == 0:
            likely = [n for n in FEW if n in fitting]
            number = rng.choice(likely) if likely else number
        size = width(number, host.dialect) if number in ELEMENTS else 8
        if size is None or rng.randrange(20) == 0:
            size = rng.choice((0, 1, 4, 8, 16, 24))
        data += number.to_bytes(2, "big") + size.to_bytes(2, "big")
        data += random_value(rng, host, number, size)
    told = rng.choice((count,) * 12 + (count + 1, max(count, 1) - 1, (1 << 32) - 1))
    data = told.to_bytes(4, "big") + data
    cut = rng.randrange(12)
    if cut == 0:
        data = data[:rng.randrange(len(data) + 1)]
    elif cut == 1:
        data += bytes(rng.randrange(9))
    return data


def buffers(rng):
    host = Host(rng)
    use = rng.choice((GET, SET, SET, RUN, RUN, ANSWER))
    scope = THREAD if use == RUN else rng.choice((THREAD, THREAD, GUEST))
    if use in (GET, ANSWER) and host.revision == 2 and rng.randrange(4) == 0:
        scope = HOST
    policy = rng.choice((0, 0, 0, 1, 2, 3))
    yield ask_buffer(host, use, scope, policy, random_buffer(rng, host, use, scope))


def walks(rng):
    """The walk meets what lies in the buffer, whether anything is right about it or not."""
    host = Host(rng)
    data = random_buffer(rng, host, ANSWER, rng.choice((THREAD, GUEST)))
    if rng.randrange(6) == 0:
        data = bytes(rng.randrange(256) if rng.randrange(2) else 0
                     for _ in range(rng.randrange(40)))
    if len(data) < 4:
        yield ask("walk", data.hex() or "-"), answer(str(SIZE))
        return
    told, at, index = [str(OK)], 4, 0
    while True:
        if index == int.from_bytes(data[:4], "big"):
            told.append(str(NOT_FOUND))
            break
        count = int.from_bytes(data[at + 2:at + 4], "big")
        if len(data) - at < 4 or len(data) - at - 4 < count:
            told.append(str(SIZE))
            break
        value = data[at + 4:at + 4 + count]
        words = (numbers(value) + [0] * 4)[:4]
        told += [str(OK), int.from_bytes(data[at:at + 2], "big"), count, index, at, *words]
        index, at = index + 1, at + 4 + count
    yield ask("walk", data.hex()), answer(*told)


def builds(rng):
    """Numbers and zeros, as far as there is room."""
    dialect, room = rng.choice((0, 0, 1, 1, 2)), rng.choice((256, rng.randrange(100)))
    if dialect > 1 or room < 4:
        yield ask("build", dialect, room, 0), answer(str(ARGUMENT if dialect > 1 else TOO_SMALL))
        return
    told, asked, count, body = [str(OK)], [], 0, b""

    def put(number, value):
        """value: None if the number does not fit its element"""
        nonlocal count, body
        if number not in ELEMENTS:
            return NOT_FOUND
        size = width(number, dialect)
        if isinstance(value, int):
            if size not in (4, 8):
                return SIZE
            if value >> 8 * size:
                return VALUE
            value = value.to_bytes(size, "big")
        if size is not None and size != len(value):
            return SIZE
        if 4 + len(body) + 4 + len(value) > room:
            return TOO_BIG
        body += number.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value
        count += 1
        return OK

    for _ in range(rng.randrange(6)):
        number = rng.choice((rng.choice(ALL_IDS), rng.choice(FEW), rng.randrange(0x20000)))
        value = word(rng, rng.choice((32, 64)))
        size = width(number, dialect) if number in ELEMENTS else 8
        size = rng.choice((0, 4, 8, 24)) if size is None or rng.randrange(4) == 0 else size
        asked += [number, value, size]
        told += [str(put(number, value)), str(put(number, bytes(size)))]
    yield (ask("build", dialect, room, len(asked) // 3, *asked),
           answer(*told, count, (count.to_bytes(4, "big") + body).hex()))


def fills(rng):
    """One doubleword of an answer, or all of a shorter value."""
    size = rng.choice((0, 1, 4, 7, 8, 8, 12, 16, 24))
    value = word(rng, 8 * size).to_bytes(size, "big") if size else b""
    head = b"\0\0\0\1" + word(rng, 16).to_bytes(2, "big") + size.to_bytes(2, "big")
    at, number = rng.choice((0, 0, 1, 2, 3, 1 << 29)), word(rng, rng.choice((8, 32, 64)))
    part = min(8, size - 8 * at)
    good = part > 0 and not number >> 8 * part
    after = value
    if good:
        after = value[:8 * at] + number.to_bytes(part, "big") + value[8 * at + part:]
    yield (ask("fill", (head + value).hex(), at, number),
           answer(str(OK if good else VALUE), (head + after).hex()))


def single_elements(rng):
    """Every id by every call, at its size and beside it."""
    host = Host(rng)
    host.most = 4096
    number = rng.choice((rng.choice(ALL_IDS), rng.choice(FEW), rng.randrange(0x10000)))
    size = width(number, host.dialect) if number in ELEMENTS else rng.choice((0, 4, 8))
    size = rng.choice((0, 4, 8, 16, 24)) if size is None or rng.randrange(6) == 0 else size
    value = random_value(rng, host, number, size)
    data = b"\0\0\0\1" + number.to_bytes(2, "big") + size.to_bytes(2, "big") + value
    for use, scope in ((GET, THREAD), (GET, GUEST), (GET, HOST), (SET, THREAD), (SET, GUEST),
                       (RUN, THREAD), (ANSWER, THREAD), (ANSWER, GUEST), (ANSWER, ANY)):
        if scope == HOST and host.revision == 1:
            continue
        yield ask_buffer(host, use, scope, 0, data)


def host_status(args):
    revision, dialect, lacks, l1, least, run_max, most, run_flags, negotiated = args
    if revision not in (1, 2):
        return VERSION
    if lacks > 3 or run_flags & ~(7 << 61) or negotiated & ~CAP_NAMES:
        return RESERVED
    if dialect > 1 or l1 not in NAME or least < 128 or run_max > 16384 or most < 4:
        return VALUE
    rounded = 1
    while rounded < least:
        rounded *= 2
    return OK if rounded <= run_max else VALUE


def broken_hosts(rng):
    """Limits and fields that do not fit."""
    args = list(Host(rng).args())
    at = rng.randrange(len(args))
    args[at] = rng.choice((word(rng, 64 if at > 6 else 32), rng.randrange(5), 127, 129, 8192, 8193,
                           16384, 16385, 36))
    status = host_status(args)
    if status:
        yield ask("buffer", *args, GET, THREAD, 0, "00000000"), answer(str(status))


def wide_flags(rng):
    host = Host(rng)
    use = rng.randrange(6)
    flags = rng.choice((0, 1 << 63, 1 << 62, 3 << 62, 1 << 61, rng.randrange(8) << 61, word(rng)))
    question = ask("wide", *host.args(), use, flags)
    if use not in (GET, SET, RUN):
        yield question, answer(str(ARGUMENT))
        return
    if use == RUN:
        scope = None if flags & ~host.run_flags else THREAD
    else:
        scopes = {0: THREAD, 1 << 63: GUEST}
        if use == GET and host.revision == 2:
            scopes[1 << 62] = HOST
        scope = scopes.get(flags)
    yield question, (answer(str(OK), str(H_PARAMETER), 0, 0, UNTOUCHED) if scope is None
                     else answer(str(OK), str(H_SUCCESS), 0, 0, scope))


UNTOUCHED = 0xA5A5A5A5


def states(rng):
    """What L0 keeps, loads and gives back, element by element (R2 to R5)."""
    host = Host(rng)
    # this version of the API has radix trees only
    p, features = v1.random_policy(rng), rng.randrange(32) | v1.RADIX
    l0_lpcr, l1_pcr, resident = word(rng), word(rng), word(rng)
    number = rng.choice(ALL_IDS)
    size = width(number, host.dialect)
    if size not in (4, 8):
        return
    name = ELEMENTS[number][0]
    limit = (1 << 8 * size) - 1
    value, live = word(rng) & limit & BITS.get(number, ALL), word(rng)
    vector = rng.choice((v1.HFU, v1.HEAI, v1.HDSI, v1.HISI, 0xC00, 0x980))
    cause = rng.randrange(256)

    initial = 0
    if name == "LOGICAL_PVR":
        given = [n for n in LEVELS if host.may_give(n)]
        initial = LOGICAL[given[-1]] if given else 0
    elif name == "RUN_OUTPUT_MIN_SIZE":
        initial = host.least
    kept = p.sanitise(value) if name == "HFSCR" else value

    load = {"MSR": lambda v: v1.msr(v) & ~(3 << 33), "CIABR": v1.ciabr, "DPDES": v1.dpdes,
            "HFSCR": lambda v: p.effective(v, resident), "DAWRX0": v1.dawrx,
            "LPCR": lambda v: v1.lpcr(features, l0_lpcr, v),
            "DAWR1": lambda v: v if features & v1.DAWR1 else 0,
            "DAWRX1": lambda v: v1.dawrx(v) if features & v1.DAWR1 else 0}
    loaded = 0 if number in ON_EXIT else load.get(name, lambda v: v)(value)

    if name == "HFSCR":
        back = v1.restore(value, vector, cause)
    elif number in HYPERVISOR_ONLY or number < 0x1000 or \
            (number in ON_EXIT and vector not in ON_EXIT[number]):
        back = value
    else:
        back = live & limit & BITS.get(number, ALL)
    yield (ask("state", *host.args(), features, l0_lpcr, l1_pcr, resident, *p.masks(), number,
               value, live, vector, cause), answer(initial, kept, loaded, back))


EXHAUSTIVE = [rows]
RANDOM = [(buffers, 6), (single_elements, 2), (broken_hosts, 1), (wide_flags, 1), (states, 4),
          (walks, 2), (builds, 2), (fills, 2)]

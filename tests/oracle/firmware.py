# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""KVM/arm64 firmware pseudo-registers, by R21 to R23.

Values: Linux arch/arm64/include/uapi/asm/kvm.h, arch/arm64/kvm/hypercalls.c and guest.c.
"""
from common import (ARGUMENT, BUSY, CHANGED, DEGRADED, FAULT, NOT_FOUND, NOT_READY, OK, REFUSED,
                    RESERVED, SAME, VALUE, answer, ask, near, word)

VERSION_REG, WA1, WA2, WA3, STD, STD_HYP, VENDOR, VENDOR_2 = range(8)
IDS = [0x6030000000140000 + n for n in range(4)] + [0x6030000000160000 + n for n in range(4)]
SERVICES = {STD: 1, STD_HYP: 1, VENDOR: 3, VENDOR_2: 3}
PSCI_0_1, PSCI_0_2, PSCI_1_0, PSCI_1_1, PSCI_1_2, PSCI_1_3 = (
    1, 2, 0x10000, 0x10001, 0x10002, 0x10003)
VERSIONS = [PSCI_0_2, PSCI_1_0, PSCI_1_1, PSCI_1_2, PSCI_1_3]
HAS_0_2, SSBS, READY, RAN, FAULTS = 1, 2, 4, 8, 16
# The most that a kernel without the register gives: Linux before 4.17 has PSCI 0.2 or 1.0; the
# services of the youngest bitmap came with it.
OLD = {VERSION_REG: PSCI_1_0, WA1: 2, WA2: 3, WA3: 2, **SERVICES, VENDOR_2: 0}
VULNERABLE, MITIGATED, UNAFFECTED = range(3)


def release(major, minor, patch=0):
    return major << 16 | minor << 8 | patch


class Regs:
    """Registers of a host or of a VM: those that are listed, and values."""

    def __init__(self, listed, values, known=None):
        self.listed = set(listed)
        self.known = self.listed | set(known or ())
        self.value = [values.get(r, 0) if r in self.known else 0 for r in range(8)]

    def args(self):
        return (sum(1 << r for r in self.listed), sum(1 << r for r in self.known), *self.value)

    def copy(self):
        return Regs(self.listed, dict(enumerate(self.value)), self.known)


def takes(host, reg, flags, value):
    """Whether the host takes a value, where it is stored or not."""
    most = host.value[reg]
    if reg == VERSION_REG:
        if value == PSCI_0_1:
            return not flags & HAS_0_2
        return value in VERSIONS and value <= most and bool(flags & HAS_0_2)
    if reg in (WA1, WA3):
        return value <= most and value < 16
    if reg == WA2:
        level, enabled = value & 15, value >> 4
        if enabled > 1 or level > 3 or (enabled and level != 2):
            return False
        return (0 if level < 2 else 3) <= most
    return not value & ~SERVICES[reg] and not value & ~most


def write(host, vm, flags, number, value):
    """KVM_SET_ONE_REG: (status, what the VM holds after it)"""
    after = vm.copy()
    if not flags & READY:
        return NOT_READY, after
    group, size = number >> 16 & 0xFFF, number >> 52 & 15
    plain = number & ~(0xF << 52)
    if plain >> 32 != 0x60000000 or group == 0x15:
        return VALUE, after
    # the kernel reads the value of a group that it has before it looks for the number
    groups = {IDS[r] >> 16 & 0xFFF for r in host.listed}
    if group not in groups or size != 3:
        return NOT_FOUND, after
    if flags & FAULTS:
        return FAULT, after
    if number not in IDS or IDS.index(number) not in host.listed:
        return NOT_FOUND, after
    reg = IDS.index(number)
    if not takes(host, reg, flags, value):
        return VALUE, after
    if reg in SERVICES:
        if flags & RAN and value != vm.value[reg]:
            return BUSY, after
        after.value[reg] = value
    elif reg == VERSION_REG:
        after.value[reg] = value
    return OK, after


def initial(host, flags):
    """A new VM: the newest version, or 0.1; the host's levels; all services but the youngest."""
    vm = host.copy()
    if VERSION_REG in host.known and not flags & HAS_0_2:
        vm.value[VERSION_REG] = PSCI_0_1
    vm.value[VENDOR_2] = 0
    return vm


def random_host(rng, listed=None):
    if listed is None:
        # kernels list more and more; some lists that no kernel has
        listed = range(rng.randrange(9))
        if rng.randrange(3) == 0:
            listed = [r for r in range(8) if rng.randrange(2)]
    values = {VERSION_REG: rng.choice(VERSIONS[:1] + VERSIONS), WA2: rng.choice((0, 3)),
              WA1: rng.randrange(3), WA3: rng.randrange(3)}
    for reg, mask in SERVICES.items():
        values[reg] = rng.choice((mask, mask, rng.getrandbits(2) & mask))
    known = [r for r in range(8) if rng.randrange(3) == 0] if rng.randrange(3) == 0 else ()
    return Regs(listed, values, known)


def random_vm(rng, host, flags):
    """A VM of a host, with some values written."""
    vm = initial(host, flags)
    for _ in range(rng.randrange(3)):
        _, vm = write(host, vm, flags & HAS_0_2 | READY, rng.choice(IDS), value_for(rng))
    return vm


def value_for(rng):
    return rng.choice((rng.randrange(8), rng.choice((PSCI_0_1, *VERSIONS)),
                       near(rng, 0x12, 0x10, 0x10004, 0x20000, 3), word(rng)))


def writes(rng):
    host = random_host(rng)
    flags = rng.choice((READY | HAS_0_2, READY | HAS_0_2, READY, READY | HAS_0_2 | RAN,
                        rng.randrange(32) & ~SSBS))
    vm = random_vm(rng, host, flags & HAS_0_2)
    number = near(rng, *IDS, IDS[4] + 4, 0x6020000000140000, 0x6030000000150000,
                  0x603000000013C103)
    value = rng.choice((value_for(rng), rng.choice(vm.value)))
    status, after = write(host, vm, flags, number, value)
    yield (ask("fwwrite", *host.args(), *vm.args(), flags, number, value),
           answer(str(status), *after.args()))


def initials(rng):
    host = random_host(rng)
    for flags in (0, HAS_0_2, SSBS, READY):
        yield (ask("fwinitial", *host.args(), flags),
               answer(str(OK), *initial(host, flags).args()) if flags < 2
               else answer(str(RESERVED)))


def order(reg, value):
    """How well protected, or how new; of speculative store bypass the mapped level."""
    return (value & 15) >= 2 if reg == WA2 else value


def fate(reg, guest, host, flags):
    """What becomes of one register of a guest on another host (R22, R23; facts of the kernels)."""
    had, lands = guest.value[reg], initial(host, flags).value[reg]
    if reg in guest.listed and reg in host.listed:
        if not takes(host, reg, flags, had):
            return REFUSED
        if reg in (WA1, WA2, WA3) and order(reg, had) < order(reg, host.value[reg]):
            return CHANGED
        return SAME
    if reg in guest.listed:
        return SAME if reg in host.known and lands == had else REFUSED
    if reg in guest.known and reg in host.known:
        if reg in SERVICES:
            lost, gained = had & ~lands, lands & ~had
        else:
            lost, gained = order(reg, had) > order(reg, lands), order(reg, had) < order(reg, lands)
        return DEGRADED if lost else CHANGED if gained else SAME
    if reg not in host.known:
        # nobody knows what the guest finds there: it may lose what it may have
        nothing = reg in guest.known and not order(reg, had)
        return SAME if reg in SERVICES or nothing else DEGRADED
    # the guest may have what any kernel without the register gives
    if lands == OLD[reg] == 0:
        return SAME
    if reg in SERVICES:
        lost = OLD[reg] & ~lands
    else:
        lost = order(reg, OLD[reg]) > order(reg, lands)
    return DEGRADED if lost else CHANGED


def comparisons(rng):
    flags = HAS_0_2 if rng.randrange(6) else 0
    source = random_host(rng)
    guest = random_vm(rng, source, flags if rng.randrange(8) else flags ^ HAS_0_2)
    host = random_host(rng, None if rng.randrange(2) else source.listed)
    # the source may be too old to tell a value that is known all the same
    if rng.randrange(3) == 0:
        host.listed |= guest.listed
        host.known |= host.listed
        guest.listed = {r for r in guest.listed if rng.randrange(3)}
        for reg in host.known:
            host.value[reg] = host.value[reg] or (PSCI_0_2 if reg == VERSION_REG else 0)
    fates = {r: fate(r, guest, host, flags) for r in range(8)}
    told = [f"5:{r:x}:{f}" for r, f in sorted(fates.items()) if f]
    yield (ask("fwcompare", *guest.args(), *host.args(), flags),
           answer(str(OK), max(fates.values(), default=SAME), *told))


# What Linux offers by release. Left out: stable series into which a register was taken back from
# a later kernel in a patch that the documents do not name, and the window in which a bitmap came.
def offers():
    releases = {
        release(3, 10): (PSCI_0_2, 0), release(4, 4): (PSCI_0_2, 0),
        release(4, 15): (PSCI_0_2, 0),
        release(4, 16): (PSCI_1_0, 0),
        release(4, 17): (PSCI_1_0, 1), release(4, 18): (PSCI_1_0, 1), release(5, 1): (PSCI_1_0, 1),
        release(5, 2): (PSCI_1_0, 3), release(5, 8): (PSCI_1_0, 3),
        release(5, 10, 218): (PSCI_1_0, 4),
        release(5, 18): (PSCI_1_1, 4), release(5, 19): (PSCI_1_1, 7),
        release(6, 1, 176): (PSCI_1_1, 7), release(6, 12, 107): (PSCI_1_1, 7),
        release(6, 13): (PSCI_1_3, 7), release(6, 14): (PSCI_1_3, 7),
        release(6, 16): (PSCI_1_3, 8), release(7, 2, 13): (PSCI_1_3, 8),
    }
    for number, (version, count) in releases.items():
        for v2 in range(4):
            for ssb in range(4):
                for bhb in range(4):
                    for flags in (0, SSBS, HAS_0_2, 1 << 31):
                        yield number, version, count, flags, v2, ssb, bhb


def offered():
    for number, version, count, flags, v2, ssb, bhb in offers():
        question = ask("fwoffers", number, flags, v2, ssb, bhb)
        if flags & ~SSBS:
            yield question, answer(str(RESERVED))
        elif 3 in (v2, ssb, bhb):
            yield question, answer(str(ARGUMENT))
        else:
            bypass = ssb == UNAFFECTED or (ssb == MITIGATED and not flags & SSBS)
            levels = [v2, 3 if bypass else 0, bhb]
            values = [version, *levels, *SERVICES.values()]
            yield question, answer(str(OK), (1 << count) - 1, version,
                                   *(v if n < count else 0 for n, v in enumerate(values) if n))


EXHAUSTIVE = [offered]
RANDOM = [(writes, 6), (initials, 1), (comparisons, 6)]

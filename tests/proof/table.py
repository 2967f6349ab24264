# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The proofs: a row for each harness, and what is meant where a check of arithmetic says no."""
import dataclasses
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 600  # the longest that one may take


@dataclasses.dataclass(frozen=True)
class Proof:
    """module and name: of the harness. rules: what it proves. unwind: no loop goes round more
    often, which is proved too. mutants: (file, what, what instead, words of what it breaks)."""
    module: str
    name: str
    rules: str
    unwind: int
    mutants: tuple
    quick: bool = True
    seconds: int = 2
    unwindset: tuple = ()

    @property
    def source(self):
        return HERE / f"prove_{self.module}.c"

    @property
    def includes(self):
        """Files of the core that the harness includes, to see what they do not show."""
        return re.findall(r'^#include "(\w+\.c)"', self.source.read_text(), re.M)


(COMPAT, DOORBELL, ENTER, FWREG, GCAPS, GSB, GSTATE, HFSCR, HVREGS, INTERNAL, LEVEL, MEET, PVR,
 REPORT, VSTRUCT) = (f"src/{name}.c" for name in (
     "compat_caps", "doorbell", "enter", "fwreg", "gcaps", "gsb", "gstate", "hfscr", "hvregs",
     "internal", "level", "meet", "pvr", "report", "vstruct"))

PROOFS = [
    Proof("compat_caps", "answer", "R16, R18, R20", 70, (
        (COMPAT, r"(if \(call->events & HVP_COMPAT_CAPS_COPY_FAULT\)\n.*\n)(.*\n.*\n)", r"\2\1",
         "R18: the order"),
        (COMPAT, r"status == HVP_ERR_TAIL \? plan.hand_back : 0", "24", "R20: the size"),
        (COMPAT, r"\.copy_out = plan->copy_out, ", "", "R16: all of the sender's"),
    )),
    Proof("doorbell", "decode", "R6, R20", 10, (
        (DOORBELL, r"insn >> 6 & 0x3e0", "insn >> 6 & 0x1e0", "R6: what is executed"),
        (DOORBELL, r"insn >> 26 != HVP__OPCODE", "insn >> 27 != 15", "R6: what is executed"),
        (DOORBELL, r"#define HVP__SPR_TIR 446", "#define HVP__SPR_TIR 447", "R6: "),
    )),
    Proof("doorbell", "target", "R6, R20", 10, (
        (DOORBELL, r"tag < threads", "tag <= threads", "R6: no thread of another"),
        (DOORBELL, r"\*thread = self;", "*thread = tag;", "R6: "),
    )),
    Proof("enter", "hfscr", "R8", 70, (
        (HVREGS, r'#include "hvreg_rules.h"\n', '#include "hvreg_rules.h"\n'
         "#undef HVP__ENTRY_CIABR\n#define HVP__ENTRY_CIABR(v) (l1->hfscr & 1 ? 0 : (v))\n",
         "R8: no other register"),
    )),
    Proof("enter", "order", "R8, R17, R20", 70, (
        (ENTER, r"call->version > HVP_HVREGS_VERSION_LATEST", "(uint32_t)call->version > 2",
         "R8: the order"),
        (ENTER, r"\(uint64_t\)call->lpid >> (HVP__TABLE_ENTRIES_LOG2\(table\))",
         r"call->lpid > HVP_BIT(\1)", "R8: the order"),
        (ENTER, r"(hcall = answer;)", r"\1 if (call->lpid == 7) *hcall = 0;", "R8: the order"),
    )),
    Proof("enter", "result", "R8", 70, (
        (ENTER, r"#define HVP__TABLE_SIZE_MAX 4", "#define HVP__TABLE_SIZE_MAX 5", "R8: a table"),
        (ENTER, r"events & HVP_ENTER_INTERRUPTED", "events == HVP_ENTER_INTERRUPTED",
         "R8: then a signal"),
    )),
    Proof("fwreg", "offers", "R20 to R22", 101, (
        (FWREG, r"safe \? 3 : 0", "safe ? 2 : 0", "R22: a host has 0 or 3"),
        ("include/hvpolicy/fwreg.def", r"(VENDOR_HYP_BMAP, .*LISTED, )0x3", r"\g<1>0x7",
         "R21: every release"),
    )),
    Proof("fwreg", "order", "R22, R23", 101, (
        (FWREG, r"psci_versions\[i\] != value \|\| value > newest",
         "psci_versions[i] != value || (value != newest && value > 1)", "R22: a host"),
    ), seconds=4),
    Proof("fwreg", "outcome", "R21 to R24", 101, (
        (FWREG, r"return \(struct hvp__outcome\)\{ HVP_REASON_FWREG_UPGRADED, HVP_VERDICT_CHANGED",
         "return (struct hvp__outcome){ 0, HVP_VERDICT_SAME", "R23: a silent upgrade"),
        (FWREG, r"return !\(have & ~offer\);", "return have & ~offer;", "R22: less"),
        (FWREG, r"told && \(host->unsure >> row->reg & 1\)", "0", "R23: a host that does not"),
    ), seconds=6),
    Proof("fwreg", "same", "R22, R23", 101, (
        (FWREG, r"return host->value\[row->reg\] & row->initial;",
         "return host->value[row->reg] & row->initial & 2;", "R22: among hosts"),
    ), seconds=3),
    Proof("fwreg", "write", "R17, R20, R21", 101, (
        (FWREG, r"value & ~offer \? HVP", "value > offer ? HVP", "R21: a value is taken"),
        (FWREG, r"if \(!hvp__fwreg_is_level\(row\)\)\n", "", "R20: a refusal"),
        (FWREG, r" && value != now", "", "R21: services cannot"),
    )),
    Proof("gcaps", "calls", "R12, R17, R20", 70, (
        (GCAPS, r"caps->has & \(hvp__capabilities\(caps->l1_level\)", "caps->has & (HVP__LEVELS",
         "R12: and no level"),
        (GCAPS, r"caps->negotiated && caps", "caps", "R12: what may"),
        (GCAPS, r"return !more && \(", "return (", "R12: SET takes"),
    )),
    Proof("gcaps", "compat", "R10, R12, R20", 70, (
        (GCAPS, r"= hvp__capabilities\(level\);", "= hvp_level_capability(level);", "R10: v1"),
        (GCAPS, r"\*bitmap = negotiated & HVP__LEVELS;", "*bitmap = negotiated;", "R12: levels"),
    )),
    Proof("gsb", "build", "R4, R16, R20", 30, (
        (GSB, r"builder->bytes - builder->used < HVP_GSB_ELEMENT_HEADER \+ bytes",
         "builder->bytes - builder->used < bytes", "R16: nothing is put"),
    ), seconds=8),
    Proof("gsb", "fill", "R4, R20", 30, (
        (GSB, r"from \+ width > bytes", "from > bytes", "R20: nothing but"),
        (GSB, r"width < 8 && value >>", "width < 4 && value >>", "R4: what was put"),
    ), seconds=12),
    Proof("gsb", "next", "R16, R20", 5, (
        (GSB, r"left - HVP_GSB_ELEMENT_HEADER < bytes", "left < bytes", "R16: all of an element"),
        (GSB, r"left < HVP_GSB_ELEMENT_HEADER\)", "left < 2)", "pointer outside object bounds"),
        (GSB, r"walk->index\+\+;", "", "R16: elements follow"),
    )),
    Proof("gsb", "number", "R16", 30, (
        (GSB, r"left < 8 \? left : 8", "left < 7 ? left : 8", "pointer outside object bounds"),
    ), seconds=8),
    Proof("gsb", "rows", "R16", 110, (
        (GSB, r"id - row->id < row->count \? row : NULL", "row", "R16: the row of an id"),
    ), seconds=13, quick=False),
    Proof("gsb", "walk", "R16, R20", 30, (
        (GSB, r"left - HVP_GSB_ELEMENT_HEADER < bytes", "left < bytes", "R16: all of an element"),
        (GSB, r"left < HVP_GSB_ELEMENT_HEADER\)", "left < 2)", "pointer outside object bounds"),
        (GSB, r"walk->index\+\+;", "", "R16: elements follow"),
    )),
    Proof("gstate", "bits", "R14, R16, R25", 22, (
        (GSTATE, r"return hvp__bad_value\(pass, element, HVP_REASON_GSB_BITS",
         "return !hvp__bad_value(NULL, element, HVP_REASON_GSB_BITS", "R14: no bit"),
        ("src/gsb_rows.h", r"\(HVP_MSR_HV \| HVP__GSB_MSR_S", "(HVP__GSB_MSR_S",
         "R14: no bit of MSR"),
    ), seconds=25, quick=False),
    Proof("gstate", "element", "R16, R25", 22, (
        (GSTATE, r"row->since <= pass->revision &&\n\t       bytes", "bytes",
         "R16: what is passed"),
        (GSTATE, r"if \(!pass->r3\) \{", "if (1) {", "R16: the first"),
        (GSTATE, r"return bytes == \(uint32_t\)size \|\|", "return 1 ||", "R16: and has the size"),
    ), seconds=60),
    Proof("gstate", "flags", "R17, R20", 12, (
        (GSTATE, r"use == HVP_GSTATE_USE_GET && host->revision >= HVP_GSTATE_REVISION_2",
         "host->revision >= HVP_GSTATE_REVISION_2", "R17: a call is about"),
        (GSTATE, r"known = host->run_flags;", "known = HVP_GSTATE_RUN_FLAGS;", "R17: and says so"),
    )),
    Proof("gstate", "hfscr", "R8", 12, (
        ("include/hvpolicy/gsb.def", r"(HVP_GSB\(HFSCR,.*RW, 1, )ALL,", r"\1MSR,",
         "R8: no bit of HFSCR"),
    )),
    Proof("gstate", "keep", "R2, R4, R5, R14", 20, (
        (GSTATE, r"return live & all & hvp__gsb_bits\(row\);", "return live & all;",
         "R14: L1 gets back"),
        ("include/hvpolicy/gsb.def", r"(HVP_GSB\(HFSCR,.*)HFU\)", r"\1ALWAYS)",
         "R5: what L1 gets back"),
    ), seconds=4),
    Proof("gstate", "load", "R2, R3", 20, (
        (GSTATE, r"hvp_hvregs_msr\(kept\) & ~HVP_MSR_TS", "hvp_hvregs_msr(kept)", "R3: MSR"),
    ), seconds=12, quick=False),
    Proof("gstate", "logical_pvr", "R12, R16, R25", 22, (
        (GSTATE, r"level <= host->l1_level && \(hvp", "(hvp", "R12: no guest"),
        (GSTATE, r" && \(hvp_level_capability\(level\) & host->negotiated\)", "",
         "R12: no guest"),
    ), seconds=5),
    Proof("gstate", "run_buffers", "R16, R25", 22, (
        (GSTATE, r"address >= HVP__ADDRESSES", "address > HVP__ADDRESSES", "R16: L0 can address"),
    ), seconds=50, quick=False),
    Proof("gstate", "tables", "R16, R25", 22, (
        (GSTATE, r"address >= HVP__ADDRESSES", "address > HVP__ADDRESSES", "R16: L0 can address"),
        (GSTATE, r"hvp_gsb_number\(element, 0\);\n\n\tif \(address",
         "hvp_gsb_number(element, 1);\n\n\tif (address", "R16: L0 can address"),
    ), seconds=50, quick=False),
    Proof("hfscr", "assign", "R1, R20", 65, (
        (HFSCR, r"policy->lazy &= ~bit;", "", "R1: a sound policy"),
        (HFSCR, r"strategy > HVP_STRATEGY_EMULATED", "strategy > 4", "R1: "),
    )),
    Proof("hfscr", "decide", "R6", 65, (
        (HFSCR, r"cause >= HVP_FACILITIES", "cause > 255", "shift"),
        (HFSCR, r"if \(!\(policy->present & bit\)\)\n.*ILLEGAL;\n\t", "", "R6: the action"),
        (HFSCR, r"policy->lazy & ~resident & bit", "policy->lazy & bit", "R6: the action"),
    )),
    Proof("hfscr", "derive", "R1 to R3, R20", 65, (
        (HFSCR, r"host->receiver == HVP_RECEIVER_GUEST && host", "host", "R3: nothing is lazy"),
        (HFSCR, r" &\n\s*hvp_facility_of_level\(hvp__guest_level\(host\)\)", "",
         "R2: nothing that the guest's"),
    )),
    Proof("hfscr", "effective", "R3", 65, (
        (HFSCR, r"policy->lazy & ~resident\) \| policy->emulated", "policy->lazy & ~resident)",
         "R3: asked"),
        (HFSCR, r"\(policy->present & ~off\) \| HVP", "~off | HVP", "R3: the hardware gets"),
    )),
    Proof("hfscr", "interference", "R5, R6", 65, (
        ("src/hvreg_rules.h", r"(HVP__EXIT_HFU\(a, v\)) hvp_hfscr_restore\(\(a\)",
         r"\1 hvp_hfscr_restore((v)", "R5: L1 gets the same bytes"),
        (HFSCR, r"if \(!\(requested & bit\)\)\n",
         "if (!(requested & bit) && !(policy->emulated & bit))\n", "R5: what L1 is told"),
        (HFSCR, r"policy->lazy & ~resident & bit", "policy->lazy & resident & bit",
         "R6: what is on"),
    )),
    Proof("hfscr", "restore", "R4", 65, (
        (HFSCR, r"vector != HVP_VECTOR_HFU", "vector != HVP_VECTOR_HEAI", "R4: IC"),
        (HFSCR, r"hvp_hfscr_sanitise\(policy, requested\), vector", "requested, vector",
         "R4: reserved bits"),
    )),
    Proof("hfscr", "review", "R2, R25", 65, (
        (HFSCR, r"if \(!\(dropped & HVP_BIT\(bit\)\)\)", "if (!(requested & HVP_BIT(bit)))",
         "R25: a finding for each"),
    ), seconds=5),
    Proof("hfscr", "sanitise", "R2", 65, (
        (HFSCR, r"requested & \(policy->present \| HVP_HFSCR_CAUSE\)",
         "requested & policy->present", "R2: IC passes"),
        (HFSCR, r"requested & \(policy->present \|", "requested | (policy->present &",
         "R2: only reserved"),
        (HFSCR, r"(return requested & \(policy->present \| HVP_HFSCR_CAUSE)\);",
         r"\1) ^ ((requested & 1) << 1);", "R2: "),
    )),
    Proof("hfscr", "validate", "R1", 65, (
        (HFSCR, r"policy->lazy & policy->emulated & ~HVP_HFSCR_CAUSE", "0", "R1: a policy"),
        (HFSCR, r"(return cause \| absent) \| twice", r"\1", "R1: a policy"),
        (HFSCR, r"if \(cause\)\n.*\n", "", "finding that refuses"),
    ), seconds=8),
    Proof("hfscr", "vector", "R7", 65, (
        (HFSCR, r"HVP_VECTOR_HEAI : HVP_VECTOR_PROGRAM", "HVP_VECTOR_PROGRAM : HVP_VECTOR_HEAI",
         "R7: a guest hypervisor"),
        (HFSCR, r"HVP_VECTOR_HFU : HVP_VECTOR_PROGRAM", "HVP_VECTOR_HFU : HVP_VECTOR_HFU",
         "R7: a plain guest"),
    )),
    Proof("hvregs", "enter", "R3", 70, (
        ("src/hvreg_rules.h", r"\(host->features & HVP_HVREGS_DAWR1 \? \(v\) : 0\)", "(v)",
         "R3: each register"),
        (HVREGS, r"return requested & ~HVP_DAWRX_HYP;", "return requested;", "R3: each register"),
    ), seconds=3),
    Proof("hvregs", "leave", "R4, R5", 70, (
        ("src/hvreg_rules.h", r"\(vector == HVP_VECTOR_HDSI \|\| vector == HVP_VECTOR_HISI",
         "(vector == HVP_VECTOR_HDSI", "R4: each register"),
        ("src/hvreg_rules.h", r"(HVP__EXIT_HFU\(a, v\)) .*", r"\1 (v)", "R5: nothing"),
    ), seconds=3),
    Proof("hvregs", "lpcr", "R2, R3", 70, (
        (HVREGS, r"\(features & bug\) == bug", "features & bug", "R3: the filter"),
        (HVREGS, r"\^ requested\) & HVP_LPCR_L1", "^ requested) & ~HVP_LPCR_TC", "R3: "),
    )),
    Proof("hvregs", "masks", "R2, R3", 70, (
        (HVREGS, r"\(requested & HVP_CIABR_PRIV\) == HVP_CIABR_PRIV", "requested & HVP_CIABR_PRIV",
         "R3: CIABR"),
        (HVREGS, r"requested \| l1_pcr \| HVP", "requested | HVP", "R3: PCR"),
        (HVREGS, r"\(requested \| HVP_MSR_ME\) & ~HVP_MSR_HV", "requested | HVP_MSR_ME",
         "R3: MSR"),
    )),
    Proof("hvregs", "size", "R19", 70, (
        (HVREGS, r"if \(version == 1\)", "if ((uint32_t)version == 1)", "R19: two versions"),
        (HVREGS, r"size = HVP_HVREGS_SIZE_V2", "size = HVP_HVREGS_SIZE_V2 - 8", "R19: a version"),
    )),
    Proof("hvregs", "swap", "R19, R20", 70, (
        (HVREGS, r"== 1 \|\| size == HVP_HVREGS_SIZE_V2", "", "R20: what lies beyond"),
        (HVREGS, r"__builtin_bswap32\(value\)", "(value)", "R19: each field"),
    ), seconds=4),
    Proof("hvregs", "validate", "R1, R17", 70, (
        (HVREGS, r"!status && hvp_hfscr_validate", "!status && 0 && hvp_hfscr_validate",
         "R17: flags"),
    ), seconds=4),
    Proof("internal", "bytes", "R16", 20, (
        ("src/internal.h", r"value = value << 8 \| from\[i\]", "value = value << 8 | from[0]",
         "R16: a number"),
    )),
    Proof("internal", "head", "R16", 50, (
        ("src/internal.h", r"head\[0\] == known && head", "head[0] <= known && head",
         "pointer outside object bounds"),
        (INTERNAL, r"status = hvp__check_policy_level\(head\[1\], report\);", "status = HVP_OK;",
         "R16: zero and a level"),
        (INTERNAL, r"\(const uint8_t \*\)data \+ known, plan",
         "(const uint8_t *)data + known + 1, plan", "pointer outside object bounds"),
    ), seconds=3),
    Proof("level", "facilities", "R1, R2, R10", 70, (
        ("include/hvpolicy/facility.def", r"HVP_FACILITY\(TM,(.*)3_10, 2_07",
         r"HVP_FACILITY(TM,\1NONE, 2_07", "R10: newer"),
    )),
    Proof("level", "newest", "R10", 70, (
        (LEVEL, r"newest = hvp__levels\[i\]\.level;", "return hvp__levels[i].level;",
         "R10: and no level"),
    )),
    Proof("level", "order", "R10, R14, R20", 70, (
        ("include/hvpolicy/level.def", r"(HVP_LEVEL\(2_06_PLUS, )16", r"\g<1>36", "R10: the order"),
        (LEVEL, r"return HVP_LEVEL_NONE;\n\}\n\nuint32_t hvp_level_pvr",
         "return HVP_LEVEL_3_00;\n}\n\nuint32_t hvp_level_pvr", "R14: no other number"),
    )),
    Proof("meet", "cap", "R27", 20, (
        ("src/profile.c", r"a != b && least > 1", "a < b && least > 1", "R27: meet is commut"),
        ("src/profile.c", r"(order == HVP__ORDER_IBS\)\n\s*return) 1;", r"\1 0;", "R27: "),
    )),
    Proof("meet", "fields", "R27", 20, (
        (MEET, r"return a < b \? a : b;\n\tdefault", "return a > b ? a : b;\n\tdefault",
         "R27: no more than"),
        (MEET, r"if \(!a \|\| !b\)\n\s*return a \| b;", "", "R27: no more than any"),
        (MEET, r"return a == b \? a : 0;", "return a;", "R27: meet is commutative"),
    )),
    Proof("meet", "known", "R27", 20, (
        (MEET, r"value = known \? hvp__cap_common\(cap, value, have\) : have;", "value = have;",
         "R27: meet is commutative"),
    ), unwindset=(("hvp__meet_cap.0", 4), ("hvp__meet_cap.1", 4), ("hvp__meet_cap.2", 4),
                  ("same_words.0", 67), ("hvp_profile_init.1", 24))),
    Proof("meet", "registers", "R27", 20, (
        (MEET, r"if \(!both\.known\)\n\t\tboth\.value = 0;", "", "R27: "),
        (MEET, r"(if \(left != right\)\n\s*return left) < right", r"\1 > right", "R27: no version"),
        (MEET, r"\.varies = a->varies \|\| b->varies \|\| differ", ".varies = differ", "R27: "),
    ), seconds=12),
    Proof("pvr", "check", "R10, R13, R14, R25", 70, (
        (PVR, r"if \(level > processor->newest\) \{",
         "if (hvp_level_pvr(level) > hvp_level_pvr(processor->newest)) {", "R10: newer and older"),
        (PVR, r"if \(status\)\n\t\treturn status;\n(\thvp__find_gone\(&found)", r"\1",
         "R14: no level"),
    ), seconds=5),
    Proof("pvr", "choose", "R14, R15", 70, (
        (PVR, r"levels &= hvp__span\(0, limit\);", "", "R15: what is chosen"),
    )),
    Proof("pvr", "negotiate", "R14, R15", 70, (
        (PVR, r"else if \(level > list.best\)", "else", "R15: the newest level"),
        (PVR, r"if \(host->compat_pvr\) \{(\n\t\thvp__find_level\(report, HVP_REASON_RAW_ON)",
         r"if (0) {\1", "R15: if the guest names"),
    ), seconds=80, quick=False),
    Proof("pvr", "offers", "R12, R20", 70, (
        (PVR, r"host->compat_pvr \? own : processor->newest", "processor->newest",
         "R12: nothing newer"),
        (PVR, r"return levels & \(known\.granted", "return known.levels & (known.granted",
         "R12: nothing newer"),
    ), seconds=4),
    Proof("pvr", "pcr", "R10 to R12, R20", 70, (
        ("include/hvpolicy/level.def", r"(HVP_LEVEL\(3_10_P11,.*)0x20,", r"\g<1>0x02,", "R11: "),
        (PVR, r"if \(level < processor->oldest\)\n\t\treturn HVP_ERR_LEVEL_OLDER;\n\t\*pcr",
         "*pcr", "R12: from the oldest"),
    )),
    Proof("report", "add", "R25", 10, (
        (REPORT, r"report->stored < report->capacity", "report->stored <= report->capacity",
         "pointer outside object bounds"),
        (REPORT, r"\.verdict <= report", ".verdict >= report", "R25: "),
        (REPORT, r"if \(report->total != 0xffffffff\)\n", "", "R25: all findings"),
    ), seconds=3),
    Proof("vstruct", "accept", "R16, R18, R20", 50, (
        (VSTRUCT, r"made\.clear_out = made\.check_bytes;", "", "R16: of a tail"),
        (VSTRUCT, r"size < known->first", "size <= known->first", "R18: what each"),
        (VSTRUCT, r"size < known->known \? \(uint32_t\)size : known->known", "(uint32_t)size",
         "R16: "),
    )),
    Proof("vstruct", "copies", "R16", 50, (
        (VSTRUCT, r"made\.clear_in = known->known - made\.copy_in;", "made.clear_in = 0;",
         "R16: what was sent"),
        (VSTRUCT, r"made\.copy_out = made\.copy_in;", "made.copy_out = known->known;",
         "pointer outside object bounds"),
    ), seconds=20, quick=False),
    Proof("vstruct", "flags", "R17", 50, (
        (VSTRUCT, r"if \(!\(value & ~known\)\)", "if (value <= known)", "R17: reserved bits"),
    )),
    Proof("vstruct", "retry", "R18", 50, (
        (VSTRUCT, r" \|\| retries \|\|", " ||", "R18: once"),
        (VSTRUCT, r"returned < first", "!returned", "R18: once"),
        (VSTRUCT, r"\*size = returned;", "*size = returned - 1;", "R18: with the size"),
    )),
    Proof("vstruct", "tail", "R16", 50, (
        (VSTRUCT, r"for \(size_t i = 0; i < bytes; i\+\+\) \{\n\t\tconst",
         "for (size_t i = 0; i <= bytes; i++) {\n\t\tconst", "pointer outside object bounds"),
        (VSTRUCT, r"for \(size_t i = 0; i < bytes; i\+\+\) \{\n\t\tconst",
         "for (size_t i = 1; i < bytes; i++) {\n\t\tconst", "R16: a tail"),
    ), seconds=3),
]

# Where a check of arithmetic fails on purpose: (function, what CBMC says), all of one kind each.
INTENDED = [
    # the loop ends when the number of bytes that are left wraps
    ("hvp__put_bytes", r"overflow on unsigned - in bytes - 1"),
    # the lowest byte of a number
    ("hvp__put_bytes", r"type conversion in \(uint8_t\)value"),
    # an id before the first of its row is far beyond the last
    ("hvp__gsb_row_of", r"overflow on unsigned - in id - "),
    # a row's size that is no number of bytes is equal to no length of 16 bits
    ("hvp__size_fits", r"type conversion in \(uint32_t\)"),
    ("hvp__is_plain", r"type conversion in \(uint32_t\)"),
    # Linux looks at the low half first
    ("hvp__check_state", r"type conversion in \(uint32_t\)call->version"),
]

# Modules without a proof: tables and names, and what is put together of proved parts.
NOT_PROVED = {"base", "facility", "hcall", "migrate", "profile", "quirk",
              "reason", "stream", "wire"}

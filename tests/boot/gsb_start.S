/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Entry of gsb_bare.c: firmware jumps to the first byte, in 32-bit mode, with an initrd's address
 * in r3 and its size in r4. The program is linked where it is loaded.
 */
	.section .text.start, "ax"
	.globl	_start
_start:
	mfmsr	%r5
	li	%r6, 1
	sldi	%r6, %r6, 63		/* MSR[SF] */
	or	%r5, %r5, %r6
	mtmsrd	%r5
	isync
	lis	%r1, stack_top@h
	ori	%r1, %r1, stack_top@l
	lis	%r2, .TOC.@h
	ori	%r2, %r2, .TOC.@l
	li	%r0, 0
	stdu	%r0, -112(%r1)
	bl	bare_main
1:	b	1b

/* Call, five arguments, and where r3, r4 and r5 go: void hypercall(nr, arg, .., uint64_t *). */
	.text
	.globl	hypercall
	.type	hypercall, @function
hypercall:
	mflr	%r0
	std	%r0, 16(%r1)
	stdu	%r1, -64(%r1)
	std	%r9, 48(%r1)
	sc	1
	ld	%r9, 48(%r1)
	std	%r3, 0(%r9)
	std	%r4, 8(%r9)
	std	%r5, 16(%r9)
	addi	%r1, %r1, 64
	ld	%r0, 16(%r1)
	mtlr	%r0
	blr

	.bss
	.balign	65536
	.globl	root
root:	.space	65536			/* of L2's memory, where nothing is */
	.space	65536
stack_top:

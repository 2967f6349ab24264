/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Hypercalls of the nested PAPR API, for who makes, sees or reads them: no libc in here. */
#ifndef RECORDED_GSB_CALLS_H
#define RECORDED_GSB_CALLS_H

#include <stdint.h>

enum {
	GET_CAPABILITIES = 0x460, SET_CAPABILITIES = 0x464, CREATE = 0x470, CREATE_VCPU = 0x474,
	GET_STATE = 0x478, SET_STATE = 0x47c, RUN_VCPU = 0x480, DELETE = 0x488,
	CAS = 0xf002,		/* client architecture support, QEMU's own number */
};

/* Arguments of a call of this API; 0: it is none, as CAS. */
static inline unsigned int gsb_arguments(uint64_t number)
{
	switch (number) {
	case GET_CAPABILITIES:
		return 1;
	case SET_CAPABILITIES:
	case CREATE:
	case DELETE:
		return 2;
	case CREATE_VCPU:
	case RUN_VCPU:
		return 3;
	case GET_STATE:
	case SET_STATE:
		return 5;
	default:
		return 0;
	}
}

#endif

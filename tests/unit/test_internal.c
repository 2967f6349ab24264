// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the core's own files share: the corners that no public call reaches. */
#include "expect.h"

#include <hvpolicy/compat_caps.h>

#include "internal.h"

static void test_same_name(void **state)
{
	(void)state;
	EXPECT(hvp__same_name("name", "name", 5), true, "with its end");
	EXPECT(hvp__same_name("name", "name", 4), false, "as long as the field: no end");
	EXPECT(hvp__same_name("name", "namE", 5), false, "the last differs");
	EXPECT(hvp__same_name("name", "nam", 5), false, "one ends before");
	EXPECT(hvp__same_name("a", "b", 0), false, "no field at all");
}

static void test_is_level(void **state)
{
	unsigned int levels = 0;

	(void)state;
	for (uint32_t level = 0; level < 4096; level++)
		levels += hvp__is_level(level);
	EXPECT(levels, 8, "the rows of level.def");
	EXPECT(hvp__is_level(HVP_LEVEL_NONE), false, "no level");
	EXPECT(hvp__is_level(0xffffffff), false, "not even this");
}

/* Every head status over one structure; the modules' tests do it over theirs. */
static void test_head(void **state)
{
	union {
		struct hvp_compat_caps_call call;
		uint8_t bytes[HVP_SIZE_LIMIT];
	} head = { .call = { .policy_level = HVP_POLICY_LEVEL_1 } };
	const uint32_t known = sizeof(head.call);

	(void)state;
	for (uint32_t size = 0; size <= HVP_SIZE_LIMIT + 1; size++) {
		const enum hvp_status want = size < known ? HVP_ERR_TOO_SMALL :
					     size > HVP_SIZE_LIMIT ? HVP_ERR_TOO_BIG : HVP_OK;

		head.call.size = size;
		EXPECT(hvp__check_head(&head, known, NULL), want, "size %u", size);
	}
	head.call.size = HVP_SIZE_LIMIT;
	for (uint32_t dirty = known; dirty < HVP_SIZE_LIMIT; dirty++) {
		head.bytes[dirty] = 1;
		EXPECT(hvp__check_head(&head, known, NULL), HVP_ERR_TAIL, "byte %u", dirty);
		head.bytes[dirty] = 0;
	}
	head.call.policy_level = HVP_POLICY_LEVEL_LATEST + 1;
	EXPECT(hvp__check_head(&head, known, NULL), HVP_ERR_VERSION, "a policy level to come");
	EXPECT(hvp__check_policy_level(0, NULL), HVP_ERR_VERSION, "policy level 0");
	EXPECT(hvp__check_policy_level(HVP_POLICY_LEVEL_1, NULL), HVP_OK, "policy level 1");
}

/* Numbers in memory, the high byte first: each bit, and all of them. */
static void test_numbers(void **state)
{
	(void)state;
	for (uint32_t bit = 0; bit <= 64; bit++) {
		const uint64_t value = bit < 64 ? HVP_BIT(bit) : ~HVP_U64(0);

		for (uint32_t bytes = 1; bytes <= 8; bytes++) {
			uint8_t out[10], want[10];
			uint64_t kept = 0;

			memset(out, 0xa5, sizeof(out));
			memset(want, 0xa5, sizeof(want));
			for (uint32_t i = 0; i < bytes; i++) {
				want[bytes - i] = (uint8_t)(value >> 8 * i);
				kept |= (uint64_t)want[bytes - i] << 8 * i;
			}
			hvp__put_bytes(out + 1, value, bytes);
			EXPECT(memcmp(out, want, sizeof(out)), 0, "bit %u, %u bytes", bit, bytes);
			EXPECT(hvp__get_bytes(out + 1, bytes), kept, "bit %u, %u", bit, bytes);
			memset(out, 0xa5, sizeof(out));
			if (bytes == 2)
				hvp__put16(out + 1, (uint32_t)value);
			else if (bytes == 4)
				hvp__put32(out + 1, (uint32_t)value);
			else if (bytes == 8)
				hvp__put64(out + 1, value);
			else
				continue;
			EXPECT(memcmp(out, want, sizeof(out)), 0, "bit %u, %u bytes", bit, bytes);
			EXPECT(bytes == 2 ? hvp__get16(out + 1) :
			       bytes == 4 ? hvp__get32(out + 1) : hvp__get64(out + 1), kept,
			       "bit %u, %u bytes", bit, bytes);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_name),
		cmocka_unit_test(test_is_level),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("internal", tests, NULL, NULL);
}

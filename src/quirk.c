// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <hvpolicy/quirk.h>

#include "internal.h"

static const struct hvp_quirk_info hvp__quirks[] = {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text)	\
	{ (levels), (own), (nested), (enabled), (bit), HVP_ARCH_##arch,				\
	  HVP_SOFTWARE_##software, (from), (before), 0 },
#include <hvpolicy/quirk.def>
};

static const char hvp__quirk_names[][28] = {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
	#name,
#include <hvpolicy/quirk.def>
	"?",
};

static const struct hvp__quirk_words {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
	char text_##name[sizeof(text)];
#include <hvpolicy/quirk.def>
	char unknown[2];
} hvp__quirk_words = {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
	text,
#include <hvpolicy/quirk.def>
	"?",
};

static const uint16_t hvp__quirk_texts[] = {
#define HVP_QUIRK(name, bit, arch, software, from, before, levels, own, nested, enabled, text) \
	offsetof(struct hvp__quirk_words, text_##name),
#include <hvpolicy/quirk.def>
	offsetof(struct hvp__quirk_words, unknown),
};

static const struct hvp__tolerated {
	uint64_t id;
	uint64_t largest;
} hvp__tolerated[] = {
#define HVP_TOLERATED(name, id, largest) { (id), (largest) },
#include <hvpolicy/quirk.def>
};

uint64_t hvp_quirk_known(uint32_t arch, uint32_t linux_release, uint32_t qemu_release)
{
	uint64_t quirks = 0;

	for (size_t i = 0; i < HVP__COUNT(hvp__quirks); i++) {
		const struct hvp_quirk_info *row = &hvp__quirks[i];
		const uint32_t release = row->software == HVP_SOFTWARE_LINUX ? linux_release :
					 qemu_release;

		if (row->arch == arch && release && release >= row->from &&
		    release < row->before)
			quirks |= HVP_BIT(row->quirk);
	}
	return quirks;
}

/* Index of a row; the number of rows if there is none. */
static size_t hvp__quirk_index(uint32_t quirk)
{
	size_t i = 0;

	while (i < HVP__COUNT(hvp__quirks) && hvp__quirks[i].quirk != quirk)
		i++;
	return i;
}

enum hvp_status hvp_quirk_get(uint32_t quirk, struct hvp_quirk_info *info)
{
	const size_t i = hvp__quirk_index(quirk);

	if (i == HVP__COUNT(hvp__quirks))
		return HVP_ERR_NOT_FOUND;
	*info = hvp__quirks[i];
	return HVP_OK;
}

enum hvp_status hvp_quirk_find(const char *name, uint32_t *quirk)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__quirks); i++) {
		if (!hvp__same_name(hvp__quirk_names[i], name, sizeof(hvp__quirk_names[i])))
			continue;
		*quirk = hvp__quirks[i].quirk;
		return HVP_OK;
	}
	return HVP_ERR_NOT_FOUND;
}

const char *hvp_quirk_name(uint32_t quirk)
{
	return hvp__quirk_names[hvp__quirk_index(quirk)];
}

const char *hvp_quirk_text(uint32_t quirk)
{
	return (const char *)&hvp__quirk_words + hvp__quirk_texts[hvp__quirk_index(quirk)];
}

uint64_t hvp__quirk_rows(void)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < HVP__COUNT(hvp__quirks); i++)
		rows |= HVP_BIT(hvp__quirks[i].quirk);
	return rows;
}

static uint64_t hvp__mask_of(const struct hvp_quirk_info *row, enum hvp__spoils how)
{
	if (how == HVP__SPOILS_LEVELS)
		return row->levels;
	if (how == HVP__SPOILS_OWN)
		return row->own;
	return how == HVP__SPOILS_NESTED ? row->nested : row->enabled;
}

uint64_t hvp__quirk_spoils(uint64_t quirks, enum hvp__spoils how)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < HVP__COUNT(hvp__quirks); i++)
		if (quirks >> hvp__quirks[i].quirk & 1)
			bits |= hvp__mask_of(&hvp__quirks[i], how);
	return bits;
}

uint64_t hvp__quirk_culprit(uint64_t quirks, enum hvp__spoils how, uint64_t bit)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__quirks); i++)
		if ((quirks >> hvp__quirks[i].quirk & 1) &&
		    (hvp__mask_of(&hvp__quirks[i], how) & bit))
			return HVP_BIT(hvp__quirks[i].quirk);
	return 0;
}

bool hvp__quirk_tolerates(uint64_t id, uint64_t value)
{
	for (size_t i = 0; i < HVP__COUNT(hvp__tolerated); i++)
		if (hvp__tolerated[i].id == id && value <= hvp__tolerated[i].largest)
			return true;
	return false;
}

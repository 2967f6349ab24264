/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Other programs in the same boot. */
#ifndef HVP_BOOT_COMMANDS_H
#define HVP_BOOT_COMMANDS_H

/*
 * Runs each line of /commands, words between blanks, if there is that file. What a command says is
 * said in lines "out", then "ran", its line and its exit status.
 */
void run_commands(void);

#endif

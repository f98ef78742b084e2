// Between editor.c and keys.c: the characters of a line, and the signals that come between them.
#ifndef KEYS_H
#define KEYS_H

#include "CLibedit.h"
#include <histedit.h>
#include <wchar.h>

/// A line begins: the terminal passes keys on, Ctrl-Z is ours until `keys_end`, pastes are bracketed where `escapes` are known.
void keys_begin(EditLine *e, const wchar_t *prompt, bool escapes);
void keys_end(void);
/// Reads one character for libedit: 1, 0 at the end, -1 with errno; Ctrl-C is EINTR.
int keys_read(EditLine *e, wchar_t *character);
/// Drops the rest of a paste that Ctrl-C ended.
void keys_swallow_paste(void);

#endif

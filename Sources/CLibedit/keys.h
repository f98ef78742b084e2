// Between editor.c, keys.c and answers.c: the characters of a line, and what comes between them.
#ifndef KEYS_H
#define KEYS_H

#include "CLibedit.h"
#include <histedit.h>
#include <wchar.h>

/// Whether keys were waiting when the line began.
bool keys_typed_ahead(void);
/// A line begins: the terminal passes keys on, Ctrl-Z is ours until `keys_end`, pastes are bracketed
/// where `escapes` are known.
void keys_begin(EditLine *e, const wchar_t *prompt, bool escapes);
void keys_end(void);
/// Reads one character for libedit: 1, 0 at the end, -1 with errno; Ctrl-C is EINTR.
int keys_read(EditLine *e, wchar_t *character);
/// Drops the rest of a paste that Ctrl-C ended.
void keys_swallow_paste(void);

/// The terminal, opened for reading without blocking.
int keys_open(void);

/// Whether a question to the terminal waits for its last answer; then every byte must be sorted.
bool answers_due(void);
/// Takes a byte from the terminal: it is part of an answer, or waits as a key.
void answers_sort(char byte);
/// Takes the next key that waits; false where none does.
bool answers_key(char *byte);
/// Drops the keys that wait, and half an answer: Ctrl-C made the terminal drop what came behind.
void answers_drop(void);
/// Gives the terminal the modes back that it had before it was asked.
void answers_settle(void);

#endif

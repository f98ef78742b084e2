// What Swift cannot say itself: libedit's variadic calls, C's global streams, the arguments without
// /proc, and the work of signal handlers. Text crosses as Unicode scalars (Linux wchar_t), without a final zero.
#ifndef CLIBEDIT_H
#define CLIBEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What libedit does after a key was handled.
enum editor_then { editor_refresh, editor_redisplay, editor_beep };

/// Called for Tab with the text before the cursor.
typedef enum editor_then (*editor_complete)(void *context, const uint32_t *head, size_t count);

/// Opens the one editor on standard input and output, remembering `entries` lines.
/// Returns false when libedit cannot start.
bool editor_open(const char *program, int entries, editor_complete complete, void *context);
/// Gives the terminal back. Typed-ahead text stays for the shell.
void editor_close(void);
/// Whether the terminal can neither move its cursor nor show colour (TERM=dumb or unknown).
bool editor_is_plain(void);

enum editor_end { editor_line, editor_interrupted, editor_closed };
/// Reads a line that begins with `offered`, unless keys wait already. Both texts end in zero; pieces
/// of `prompt` between \1 and \1 take no columns. The text, without its newline, stays valid until the
/// next call. Pastes are bracketed meanwhile, never while programs run. After Ctrl-C the terminal shows
/// ^C and stands on a new line.
enum editor_end editor_read(const uint32_t *prompt, const uint32_t *offered, const uint32_t **text,
                            size_t *count);
/// Adds an entry, ended by zero, to the history that the arrow keys walk.
void editor_remember(const uint32_t *entry);

// For use inside the completion callback only.
/// Replaces `count` scalars before the cursor with `text`, ended by zero.
void editor_replace(int count, const uint32_t *text);

/// Asks the terminal: writes `question`, whose last part must ask for the device attributes (CSI c),
/// and waits for that answer at most so long. Late answers are taken from among the keys of the next
/// lines; keys that come meanwhile are kept for them. Returns false, having asked nothing, where keys
/// wait already, the question before is still open, or input and output are not one terminal in the
/// foreground. For use between two lines.
bool terminal_ask(const char *question, int milliseconds);
/// All answers so far, escapes included.
const char *terminal_answers(void);

/// How many arguments the process was started with, the program's name among them.
int arguments_count(void);
/// The k-th argument, counted from 0.
const char *argument(int k);

/// Points closed standard streams at /dev/null, opened for reading, so that no file takes their
/// number and writing to them still fails. Call first.
void streams_guard(void);

/// Keeps the terminal's state; handles crashes, hang-up and termination by restoring it.
void signals_install(void);
/// Makes SIGINT set the flag. A second one before `signals_clear` ends a `batch` with 130.
void signals_catch_interrupt(bool batch);
/// Whether SIGINT came since `signals_clear`.
bool signals_interrupted(void);
void signals_clear(void);
/// Installs a handler that lets system calls go on, unless the signal is to stay ignored.
void signals_handle(int number, void (*handler)(int));
/// Whether the terminal brackets pastes now: what the handlers must switch off.
void signals_bracketing(bool on);

#endif

// Reading keys. libedit's own way acts on signals inside their handlers: it draws there, and loses
// a Ctrl-C that comes while it works, or the line at Ctrl-Z and `fg`. Here handlers only set flags,
// which are acted on between two characters. They are blocked from the look at the flags until
// ppoll waits and lets them in, so none can slip between (POSIX.1-2017, pselect, rationale).
#define _GNU_SOURCE
#include "keys.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static volatile sig_atomic_t is_stopping, is_continued, is_resized;
static const wchar_t *prompt = L"";
static bool knows_escapes;
/// The terminal, opened anew so that reading never blocks: Ctrl-C makes it drop what ppoll promised.
static int keyboard = -1;
/// Characters that came while a program ran; a Ctrl-D among them became NUL.
static int typed_ahead;

static void on_stop(int number) { is_stopping = number; }
static void on_continue(int number) { is_continued = number; }
static void on_resize(int number) { is_resized = number; }

static void bracket(bool on) {
  if (!knows_escapes) return;
  if (on) signals_bracketing(true);
  fputs(on ? "\033[?2004h" : "\033[?2004l", stdout);
  fflush(stdout);
  if (!on) signals_bracketing(false);
}

static void stop_here(void) {
  is_stopping = 0;
  signals_handle(SIGTSTP, SIG_DFL);
  raise(SIGTSTP);
}

int keys_open(void) {
  if (keyboard < 0) keyboard = open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (keyboard < 0) keyboard = STDIN_FILENO;
  return keyboard;
}

void keys_begin(EditLine *e, const wchar_t *text, bool escapes) {
  prompt = text;
  knows_escapes = escapes;
  is_stopping = is_continued = is_resized = 0;
  signals_handle(SIGTSTP, on_stop);
  signals_handle(SIGCONT, on_continue);
  signals_handle(SIGWINCH, on_resize);
  answers_settle();
  // Before the prompt is seen: keys that answer it must not meet the old modes.
  el_wset(e, EL_PREP_TERM, 1);
  typed_ahead = 0;
  ioctl(STDIN_FILENO, FIONREAD, &typed_ahead);
  keys_open();
  bracket(true);
}

bool keys_typed_ahead(void) { return typed_ahead > 0; }

void keys_end(void) {
  bracket(false);
  signals_handle(SIGTSTP, SIG_DFL);
  if (is_stopping) stop_here();
}

/// The shell had the terminal: takes its modes back and draws the line where the cursor is now.
static void take_back(EditLine *e) {
  is_continued = is_resized = 0;
  el_wset(e, EL_PREP_TERM, 0);
  el_wset(e, EL_PREP_TERM, 1);
  bracket(true);
  el_resize(e);
  fputs("\r", stdout);
  el_wset(e, EL_REFRESH);
}

/// Rows from the start of the prompt to the cursor, when lines wrap at `columns`.
static int cursor_row(EditLine *e, int columns) {
  const LineInfoW *line = el_wline(e);
  const wchar_t *texts[] = {prompt, line->buffer};
  const wchar_t *ends[] = {prompt + wcslen(prompt), line->cursor};
  int row = 0, column = 0;
  bool is_escape = false;
  for (int k = 0; k < 2; k++)
    for (const wchar_t *c = texts[k]; c < ends[k]; c++) {
      if (*c == L'\1') is_escape = !is_escape;
      if (is_escape) continue;
      int width = *c == L'\n' ? columns : wcwidth(*c) > 0 ? wcwidth(*c) : 0;
      if (*c != L'\n' && column + width <= columns) column += width;
      else row++, column = *c == L'\n' ? 0 : width;
    }
  return row + column / columns;
}

/// Draws the line for the new width from its first row on, where terminals move it as they wrap.
static void fit(EditLine *e) {
  int columns = 80;
  is_resized = 0;
  el_resize(e);
  el_get(e, EL_GETTC, "co", &columns, NULL);
  if (knows_escapes) {
    int up = cursor_row(e, columns > 1 ? columns : 80);
    if (up > 0) fprintf(stdout, "\033[%dA", up);
    fputs("\r\033[J", stdout);
  } else {
    fputs("\r\n", stdout);
  }
  el_wset(e, EL_REFRESH);
}

/// Waits for input or a signal: whether there is something to read.
static bool wait_for_input(void) {
  sigset_t ours, before;
  struct pollfd input = {.fd = keyboard, .events = POLLIN};
  int ready = 0;
  sigemptyset(&ours);
  const int numbers[] = {SIGINT, SIGTSTP, SIGCONT, SIGWINCH};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaddset(&ours, numbers[i]);
  sigprocmask(SIG_BLOCK, &ours, &before);
  if (!signals_interrupted() && !is_stopping && !is_continued && !is_resized)
    ready = ppoll(&input, 1, NULL, &before);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return ready > 0;
}

/// The next byte that the terminal sends: 1, 0 at the end, -1 with errno.
static int next_byte(EditLine *e, char *byte) {
  while (!answers_key(byte)) {
    bool has_input = wait_for_input();
    if (signals_interrupted()) {
      answers_drop();
      errno = EINTR;
      return -1;
    }
    if (is_stopping) {
      bracket(false);
      el_wset(e, EL_PREP_TERM, 0);
      stop_here();
      signals_handle(SIGTSTP, on_stop);
      is_continued = 1;
    }
    if (is_continued) take_back(e);
    if (is_resized) fit(e);
    if (!has_input) continue;
    ssize_t count = read(keyboard, byte, 1);
    if (count == 0) return 0;
    if (count < 0 && errno != EAGAIN && errno != EINTR) return -1;
    if (count < 0) continue;
    if (*byte == 0 && typed_ahead > 0) *byte = 4;
    if (typed_ahead > 0) typed_ahead--;
    if (!answers_due()) return 1;
    answers_sort(*byte);
  }
  return 1;
}

int keys_read(EditLine *e, wchar_t *character) {
  mbstate_t state = {0};
  for (;;) {
    char byte;
    int count = next_byte(e, &byte);
    if (count <= 0) return count;
    // libedit takes NUL (Ctrl-Space) for the literal-next key of a terminal that has none.
    if (byte == 0) continue;
    // A byte that is wrong where it stands may still begin a character.
    for (int attempt = 0; attempt < 2; attempt++) {
      size_t used = mbrtowc(character, &byte, 1, &state);
      if (used <= 1) return 1;
      if (used == (size_t)-2) break;
      state = (mbstate_t){0};
    }
  }
}

// What the terminal still sends must not be run line by line. The end marker may be lost already, so
// a pause ends the paste.
void keys_swallow_paste(void) {
  char bytes[4096];
  struct pollfd input = {.fd = keyboard, .events = POLLIN};
  int ready;
  answers_drop();
  while ((ready = poll(&input, 1, 50)) != 0) {
    ssize_t count = ready > 0 ? read(keyboard, bytes, sizeof bytes) : -1;
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) return;
  }
}

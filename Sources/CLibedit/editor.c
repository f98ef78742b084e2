// The one line editor of the process, through libedit's wide API. Order of calls and key bindings:
// README.md. Text comes and goes as uint32_t, which is wchar_t's shape on Linux.
#include "keys.h"
#include <stdio.h>
#include <stdlib.h>

_Static_assert(sizeof(wchar_t) == sizeof(uint32_t), "a wide character is a Unicode scalar");

enum { paste_limit = 1 << 16 };
static const wchar_t offer_key[] = L"\033[9999~";

static EditLine *el;
static HistoryW *history_list;
static const wchar_t *prompt_text = L"";
static editor_complete complete;
static void *complete_context;
static bool plain;
/// What the line begins with.
static const wchar_t *offer = L"";

static wchar_t *prompt(EditLine *e) {
  (void)e;
  return (wchar_t *)prompt_text;
}

static unsigned char on_tab(EditLine *e, int key) {
  (void)key;
  const LineInfoW *line = el_wline(e);
  switch (complete(complete_context, (const uint32_t *)line->buffer,
                   (size_t)(line->cursor - line->buffer))) {
  case editor_refresh: return CC_REFRESH;
  case editor_redisplay: return CC_REDISPLAY;
  default: return CC_REFRESH_BEEP;
  }
}

// The key that no keyboard has, pushed before a line is read: what is offered stands there as if
// typed.
static unsigned char on_offer(EditLine *e, int key) {
  (void)key;
  return *offer && el_winsertstr(e, offer) != 0 ? CC_REFRESH_BEEP : CC_REFRESH;
}

static bool is_untouched(EditLine *e) {
  const LineInfoW *line = el_wline(e);
  size_t length = wcslen(offer);
  return length > 0 && line->cursor == line->lastchar &&
         (size_t)(line->lastchar - line->buffer) == length &&
         wmemcmp(line->buffer, offer, length) == 0;
}

// Ctrl-D leaves from an empty line, and from one that was offered and not touched.
static unsigned char on_leave(EditLine *e, int key) {
  (void)key;
  const LineInfoW *line = el_wline(e);
  if (line->buffer == line->lastchar || is_untouched(e)) return CC_EOF;
  if (line->cursor == line->lastchar) return CC_REFRESH_BEEP;
  el_cursor(e, 1);
  el_deletestr(e, 1);
  return CC_REFRESH;
}

// A bracketed paste is one edit, inserted at once; Enter runs it. Control characters are dropped,
// so that a paste cannot press keys; what exceeds the limit is dropped with a beep.
static unsigned char on_paste(EditLine *e, int key) {
  (void)key;
  static const wchar_t end[] = L"\033[201~";
  wchar_t *text = malloc((paste_limit + 1) * sizeof *text);
  if (!text) return CC_ERROR;
  size_t count = 0, matched = 0, marker = 0;
  bool dropped = false;
  for (wchar_t c; matched < 6 && el_wgetc(e, &c) == 1;) {
    matched = c == end[matched] ? matched + 1 : c == end[0];
    if (matched == 1) marker = count;
    wchar_t kept = c == L'\r' ? L'\n' : c == L'\t' ? L' ' : c;
    // Terminals make one, two or the other newline of CRLF; empty lines say nothing anyway.
    bool is_empty_line = kept == L'\n' && (count == 0 || text[count - 1] == L'\n');
    bool is_control = kept != L'\n' && (kept < 32 || (kept >= 127 && kept < 160));
    if (is_empty_line || is_control) continue;
    if (count < paste_limit) text[count++] = kept;
    else dropped = dropped || matched == 0;
  }
  if (matched < 6 && signals_interrupted()) {
    free(text);
    keys_swallow_paste();
    return CC_NORM;
  }
  if (matched == 6) count = marker;
  while (count > 0 && text[count - 1] == L'\n') count--;
  text[count] = 0;
  // Several lines are no continuation of what was offered.
  if (wcschr(text, L'\n') && is_untouched(e)) el_deletestr(e, (int)wcslen(offer));
  int failed = count > 0 && el_winsertstr(e, text) != 0;
  free(text);
  return failed || dropped ? CC_REFRESH_BEEP : CC_REFRESH;
}

static unsigned char on_stray(EditLine *e, int key) {
  (void)e, (void)key;
  return CC_REFRESH;
}

static void bind(const wchar_t *key, const wchar_t *command) {
  el_wset(el, EL_BIND, key, command, NULL);
}

bool editor_open(const char *program, int entries, editor_complete on_complete, void *context) {
  HistEventW event;
  complete = on_complete;
  complete_context = context;
  el = el_init(program, stdin, stdout, stderr);
  history_list = history_winit();
  if (!el || !history_list) return false;
  history_w(history_list, &event, H_SETSIZE, entries);
  history_w(history_list, &event, H_SETUNIQUE, 1);
  el_wset(el, EL_SIGNAL, 0);
  el_wset(el, EL_EDITOR, L"emacs");
  el_wset(el, EL_PROMPT_ESC, prompt, L'\1');
  el_wset(el, EL_GETCFN, keys_read);
  el_wset(el, EL_HIST, history_w, history_list);
  el_wset(el, EL_ADDFN, L"overshoot-complete", L"complete a name", on_tab);
  el_wset(el, EL_ADDFN, L"overshoot-paste", L"insert a bracketed paste", on_paste);
  el_wset(el, EL_ADDFN, L"overshoot-stray", L"drop a stray marker", on_stray);
  el_wset(el, EL_ADDFN, L"overshoot-offer", L"insert the line that is offered", on_offer);
  el_wset(el, EL_ADDFN, L"overshoot-leave", L"leave, or delete a character", on_leave);
  static const wchar_t *const keys[][2] = {
      {L"^I", L"overshoot-complete"},      {L"^R", L"em-inc-search-prev"},
      {L"^D", L"overshoot-leave"},         {L"^W", L"ed-delete-prev-word"},
      {L"\\e[A", L"ed-search-prev-history"},
      {L"\\eOA", L"ed-search-prev-history"}, {L"\\e[B", L"ed-search-next-history"},
      {L"\\eOB", L"ed-search-next-history"}, {L"\\e[5~", L"ed-search-prev-history"},
      {L"\\e[6~", L"ed-search-next-history"}, {L"\\e[1;5C", L"em-next-word"},
      {L"\\e[1;5D", L"ed-prev-word"},      {L"\\e[5C", L"em-next-word"},
      {L"\\e[5D", L"ed-prev-word"},        {L"\\e[1;3C", L"em-next-word"},
      {L"\\e[1;3D", L"ed-prev-word"},      {L"\\e[1~", L"ed-move-to-beg"},
      {L"\\e[7~", L"ed-move-to-beg"},      {L"\\e[4~", L"ed-move-to-end"},
      {L"\\e[8~", L"ed-move-to-end"},      {L"\\e[3~", L"ed-delete-next-char"},
  };
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) bind(keys[i][0], keys[i][1]);
  el_source(el, NULL);
  bind(L"\\e[200~", L"overshoot-paste");
  bind(L"\\e[201~", L"overshoot-stray");
  bind(offer_key, L"overshoot-offer");
  char *clear = NULL;
  plain = el_get(el, EL_GETTC, "cl", &clear, NULL) != 0 || !clear || !*clear;
  return true;
}

void editor_close(void) {
  answers_settle();
  if (!el) return;
  el_wset(el, EL_EDITMODE, 0);
  history_wend(history_list);
  el_end(el);
  el = NULL;
}

bool editor_is_plain(void) { return plain; }

enum editor_end editor_read(const uint32_t *prompt, const uint32_t *offered, const uint32_t **text,
                            size_t *count) {
  int read = 0;
  prompt_text = (const wchar_t *)prompt;
  offer = (const wchar_t *)offered;
  keys_begin(el, prompt_text, !plain);
  // What was typed ahead is no part of a line that nobody had seen.
  if (*offer && !keys_typed_ahead()) el_wpush(el, offer_key);
  const wchar_t *line = el_wgets(el, &read);
  bool is_interrupted = !line && signals_interrupted();
  if (is_interrupted) {
    // What stands right of the cursor is written again, so that ^C comes behind it. A search has
    // left its line already: read is 0 there.
    const LineInfoW *left = el_wline(el);
    const wchar_t *end = read < 0 ? left->lastchar : left->cursor;
    for (const wchar_t *c = left->cursor; c < end; c++) fprintf(stdout, "%lc", (wint_t)*c);
    fputs("^C\n", stdout);
    fflush(stdout);
  }
  prompt_text = offer = L"";
  keys_end();
  if (!line || read <= 0) return is_interrupted ? editor_interrupted : editor_closed;
  size_t length = (size_t)read;
  if (line[length - 1] == L'\n') length--;
  *text = (const uint32_t *)line;
  *count = length;
  return editor_line;
}

void editor_remember(const uint32_t *entry) {
  HistEventW event;
  history_w(history_list, &event, H_ENTER, (const wchar_t *)entry);
}

void editor_replace(int count, const uint32_t *text) {
  if (count > 0) el_deletestr(el, count);
  if (*text) el_winsertstr(el, (const wchar_t *)text);
}

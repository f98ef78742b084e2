// Asking the terminal what it is. Its answers come among the keys, perhaps late or in pieces: they are
// sorted out by their shape until the one that always comes last, the device attributes (DA1, which
// every terminal since the VT100 sends), has come. Keys keep their order and go to the next line.
// Shapes: ECMA-48; xterm's ctlseqs for XTVERSION and XTSMGRAPHICS; kitty's graphics protocol.
#define _GNU_SOURCE
#include "keys.h"
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { escape = 27, judged_partial = 0, judged_answer, judged_broken, judged_keys };

/// Questions without their last answer.
static int due;
static char answers[512];
/// What may become an answer.
static char part[256];
static size_t length;
/// Keys that are not read yet.
static char keys[512];
static size_t first_key, last_key;
static struct termios before;
static bool is_quiet;

/// What `part` is.
static int judge(void) {
  static const char *const openings[] = {"\033[?", "\033P>|", "\033_G"};
  for (int k = 0; k < 3; k++) {
    size_t opening = strlen(openings[k]);
    if (strncmp(part, openings[k], length < opening ? length : opening) != 0) continue;
    if (length <= opening) return judged_partial;
    unsigned char last = (unsigned char)part[length - 1];
    if (k == 0) {
      if (last == 'c' || last == 'S') return judged_answer;
      return (last >= '0' && last <= '9') || last == ';' ? judged_partial : judged_keys;
    }
    if (part[length - 2] == escape) return last == '\\' ? judged_answer : judged_broken;
    return (last >= ' ' || last == escape) && length < sizeof part ? judged_partial : judged_broken;
  }
  return judged_keys;
}

static void keep(void) {
  size_t used = strlen(answers);
  if (used + length < sizeof answers) memcpy(answers + used, part, length);
  if (part[1] == '[' && part[length - 1] == 'c') due--;
}

void answers_sort(char byte) {
  if (length == 0 && byte != escape) {
    if (last_key < sizeof keys) keys[last_key++] = byte;
    return;
  }
  part[length++] = byte;
  int judgement = judge();
  if (judgement == judged_broken) {
    // The end was lost: what is left of the answer is no key either.
    size_t start = part[length - 2] == escape ? length - 2 : length - 1;
    memmove(part, part + start, length -= start);
    judgement = part[0] == escape ? judge() : judged_keys;
  }
  if (judgement == judged_partial) return;
  if (judgement == judged_answer) keep();
  else
    for (size_t k = 0; k < length && last_key < sizeof keys; k++) keys[last_key++] = part[k];
  length = 0;
}

bool answers_due(void) { return due > 0; }

bool answers_key(char *byte) {
  if (first_key == last_key) first_key = last_key = 0;
  if (last_key == 0) return false;
  *byte = keys[first_key++];
  return true;
}

void answers_drop(void) { first_key = last_key = length = 0; }

void answers_settle(void) {
  if (is_quiet) tcsetattr(STDIN_FILENO, TCSANOW, &before);
  is_quiet = false;
}

/// Makes the terminal hand over what comes, and show none of it.
static bool be_quiet(void) {
  struct stat in, out;
  // In the background the terminal is not ours.
  if (tcgetpgrp(STDIN_FILENO) != getpgrp() || fstat(STDIN_FILENO, &in) != 0
      || fstat(STDOUT_FILENO, &out) != 0 || in.st_rdev != out.st_rdev)
    return false;
  if (!is_quiet && tcgetattr(STDIN_FILENO, &before) != 0) return false;
  struct termios quiet = before;
  quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  quiet.c_cc[VMIN] = 1;
  quiet.c_cc[VTIME] = 0;
  is_quiet = tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0;
  return is_quiet;
}

static int64_t milliseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool terminal_ask(const char *question, int milliseconds) {
  int typed = 0, keyboard = keys_open();
  if (due > 0 || first_key < last_key || !be_quiet()) return false;
  // Only now are keys of an unfinished line counted.
  ioctl(STDIN_FILENO, FIONREAD, &typed);
  ssize_t size = (ssize_t)strlen(question);
  if (typed > 0 || write(STDOUT_FILENO, question, (size_t)size) != size) {
    answers_settle();
    return false;
  }
  due++;
  int64_t end = milliseconds_now() + milliseconds, left;
  while (due > 0 && (left = end - milliseconds_now()) > 0 && !signals_interrupted()) {
    struct pollfd input = {.fd = keyboard, .events = POLLIN};
    char byte;
    if (last_key + sizeof part > sizeof keys) break;
    if (poll(&input, 1, (int)left) <= 0) continue;
    if (read(keyboard, &byte, 1) == 1) answers_sort(byte);
    else if (input.revents & (POLLHUP | POLLERR)) break;
  }
  if (signals_interrupted()) answers_drop();
  // An answer that is late must not be shown: then the terminal stays quiet until the next prompt.
  if (due == 0) answers_settle();
  return true;
}

const char *terminal_answers(void) { return answers; }

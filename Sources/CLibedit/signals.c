// Signals. Handlers do only what is safe in one: set a flag, restore the terminal, write, leave.
#include "CLibedit.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t interrupts, is_batch, is_bracketing;
static struct termios saved;
static volatile sig_atomic_t has_saved;

static void say(int fd, const char *text) {
  ssize_t ignored = write(fd, text, strlen(text));
  (void)ignored;
}

static void restore_terminal(void) {
  if (is_bracketing) say(STDOUT_FILENO, "\033[?2004l");
  // A background process that sets the terminal would be stopped, not ended.
  signal(SIGTTOU, SIG_IGN);
  if (has_saved) tcsetattr(STDIN_FILENO, TCSANOW, &saved);
}

static void on_interrupt(int number) {
  (void)number;
  if (is_batch && interrupts) _exit(130);
  interrupts = 1;
}

static void on_end(int number) {
  restore_terminal();
  _exit(128 + number);
}

static void on_crash(int number) {
  (void)number;
  restore_terminal();
  say(STDERR_FILENO, "\novershoot: internal error, sorry. The history is saved; please report what was typed.\n");
  _exit(70);
}

static void handle(int number, void (*handler)(int), int flags) {
  struct sigaction old;
  // nohup and background jobs of plain shells ask for a signal to stay ignored.
  if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN) return;
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigaction(number, &action, NULL);
}

void streams_guard(void) {
  for (int fd = 0; fd < 3; fd++)
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)open("/dev/null", O_RDONLY);
}

void signals_install(void) {
  static char stack[65536];
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, NULL);
  const int crashes[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
    handle(crashes[i], on_crash, SA_ONSTACK | SA_RESETHAND);
  signal(SIGXFSZ, SIG_IGN);
  has_saved = tcgetattr(STDIN_FILENO, &saved) == 0;
}

void signals_catch_interrupt(bool batch) {
  is_batch = batch;
  // A batch that waits for input is woken by the signal; a prompt waits in ppoll, which always is.
  handle(SIGINT, on_interrupt, batch ? 0 : SA_RESTART);
  if (batch) return;
  const int ends[] = {SIGHUP, SIGTERM, SIGQUIT};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) handle(ends[i], on_end, 0);
}

void signals_handle(int number, void (*handler)(int)) { handle(number, handler, SA_RESTART); }

bool signals_interrupted(void) { return interrupts != 0; }
void signals_clear(void) { interrupts = 0; }
void signals_bracketing(bool on) { is_bracketing = on; }

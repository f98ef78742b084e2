"""Pictures are images where the terminal says that it shows them, and no other terminal sees a trace.

The terminals here answer as kitty, iTerm2, xterm, tmux and others do: their documents give the
shapes. A machine under load may answer late; then the next picture is the image, so these tests
draw until it is there, three times at most (the name, the graphics, the image).
"""

import base64
import os
import re
import struct
import termios

from harness import Case

NAME, ATTRIBUTES, GRAPHICS = b"[>", b"[c", b"_G"
DA = b"\x1b[?62;22c"
GRAPHICS_OK = b"\x1b_Gi=31;OK\x1b\\"
SIXELS, COLORS = b"\x1b[?63;1;2;4;6;9;15;22c", b"[?"
CURVE = "plot x^2 x=-1..1"
KITTY = re.compile(rb"\x1b_G([^;\x1b]*);([A-Za-z0-9+/=]*)\x1b\\")
SIXEL = re.compile(rb'\x1bP[0-9;]*q"1;1;(\d+);(\d+)([!-~]*)\x1b\\')
ITERM = re.compile(rb"\x1b\]1337;File=([^:]*):([A-Za-z0-9+/=]*)\x1b\\")


def name(text):
    return b"\x1bP>|" + text.encode() + b"\x1b\\"


def terminal_named(text, graphics=b""):
    replies = {NAME: [name(text)], ATTRIBUTES: [DA]}
    return {**replies, GRAPHICS: [graphics]} if graphics else replies


def size(png):
    """Width and height of a PNG, which must begin and end like one."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and png.endswith(b"IEND\xaeB`\x82"), png[:16]
    return struct.unpack(">II", png[16:24])


class ImageCase(Case):
    def fake(self, replies, *arguments, **keywords):
        terminal = self.terminal(*arguments, **keywords)
        terminal.replies = replies
        return terminal

    def draw(self, terminal, pattern=None):
        """Draws until `pattern` was sent; without one, as often as could matter."""
        for _ in range(3):
            before = len(terminal.raw)
            terminal.ask(CURVE)
            if pattern and pattern.search(terminal.raw, before):
                return terminal.raw[before:]
        self.assertIsNone(pattern, f"no image: {terminal.raw[-400:]!r}")
        return terminal.raw

    def kitty(self, sent):
        """The keys of the first piece and the file, from all pieces that were sent."""
        pieces = [p for p in KITTY.findall(sent) if b"a=q" not in p[0]]
        for keys, data in pieces[:-1]:
            self.assertEqual(len(data), 4096)
            self.assertTrue(keys.endswith(b"m=1"), keys)
        self.assertTrue(pieces[-1][0].endswith(b"m=0"))
        self.assertTrue(all(b"q=2" in keys for keys, _ in pieces))
        return pieces[0][0].decode(), base64.b64decode(b"".join(data for _, data in pieces))

    def assert_characters(self, terminal):
        """The picture is in characters, and nothing else is to be seen."""
        text = terminal.screen().text()
        self.assertRegex(text, "┤|│")
        for trace in ["Gi=31", ">q", ">|", "1337", "AAAA", "[?", "62;"]:
            self.assertNotIn(trace, text)
        self.assertNotRegex(terminal.raw, rb"a=T|1337|\x1bP[0-9;]*q")

    def assert_alive(self, terminal):
        terminal.send("6*7\r")
        terminal.expect("42(.|\n)*> $")


class ShownTests(ImageCase):
    def setUp(self):
        super().setUp()
        # A busy machine answers late; these terminals all answer.
        self.environment["OVERSHOOT_ANSWER"] = "5000"

    def test_kitty(self):
        terminal = self.fake(terminal_named("kitty(0.35.2)", GRAPHICS_OK))
        keys, png = self.kitty(self.draw(terminal, re.compile(b"a=T")))
        self.assertEqual(keys, "a=T,f=100,c=79,r=21,q=2,m=1")
        self.assertEqual(size(png), (790, 420))
        self.assertNotIn("┤", terminal.ask(CURVE).split(CURVE)[-1])
        self.assertEqual(terminal.raw.count(b"\x1b[>q"), 1)
        self.assertEqual(terminal.raw.count(b"a=q"), 1)
        self.assert_alive(terminal)

    def test_iterm_and_wezterm_are_not_asked_for_more(self):
        for program in ["iTerm2 3.5.10", "WezTerm 20240203-110809-5046fc22"]:
            with self.subTest(program):
                terminal = self.fake(terminal_named(program))
                sent = self.draw(terminal, ITERM)
                keys, data = ITERM.search(sent).groups()
                png = base64.b64decode(data)
                self.assertEqual(
                    keys.decode(), f"inline=1;size={len(png)};width=79;height=21")
                self.assertEqual(size(png), (790, 420))
                self.assertNotIn(b"\x1b_G", terminal.raw)
                self.assert_alive(terminal)

    def test_sixels(self):
        for answer, most in [(b"\x1b[?1;0;256S", 256), (b"\x1b[?1;3;0S", 16), (b"", 16)]:
            with self.subTest(answer):
                replies = {NAME: [name("XTerm(379)")], ATTRIBUTES: [SIXELS]}
                if answer:
                    replies[COLORS] = [answer]
                terminal = self.fake(replies)
                terminal.resize(80, 24, (800, 480))
                terminal.wait_until_read()
                width, height, data = SIXEL.search(self.draw(terminal, SIXEL)).groups()
                self.assertEqual((int(width), int(height)), (790, 420))
                colors = {int(n) for n in re.findall(rb"#(\d+)", data)}
                self.assertTrue(2 < len(colors) <= most, colors)
                self.assertEqual(terminal.raw.count(b"[?1;1;0S"), 1)
                self.assert_alive(terminal)

    def test_sizes(self):
        for columns, rows, pixels, cells, wanted in [
                (80, 24, (1600, 960), (79, 21), (1580, 840)),
                (200, 50, (2000, 1000), (100, 35), (1000, 700)),
                (200, 60, (1600, 960), (125, 43), (1000, 688)),
                (40, 15, (0, 0), (39, 12), (390, 240))]:
            with self.subTest(f"{columns} × {rows}"):
                terminal = self.fake(terminal_named("kitty(0.35.2)", GRAPHICS_OK))
                terminal.resize(columns, rows, pixels)
                terminal.wait_until_read()
                keys, png = self.kitty(self.draw(terminal, re.compile(b"a=T")))
                self.assertIn(f"c={cells[0]},r={cells[1]},", keys)
                self.assertEqual(size(png), wanted)

    def test_answers_in_pieces(self):
        replies = {
            key: [bytes([byte]) for byte in b"".join(value)]
            for key, value in terminal_named("kitty(0.35.2)", GRAPHICS_OK).items()}
        terminal = self.fake(replies)
        self.kitty(self.draw(terminal, re.compile(b"a=T")))
        self.assert_alive(terminal)

    def test_after_a_run_and_with_each_step(self):
        terminal = self.fake(terminal_named("iTerm2 3.5.10"))
        self.draw(terminal, ITERM)
        terminal.ask("f = x^2; descend eta=0.3 x0=1 steps=3; set picture=on")
        before = len(terminal.raw)
        terminal.ask("back")
        self.assertEqual(len(ITERM.findall(terminal.raw, before)), 1)

    def test_off_and_on_again(self):
        terminal = self.fake(terminal_named("iTerm2 3.5.10"))
        self.assertIn("images off", terminal.ask("set images=off"))
        self.draw(terminal)
        self.assert_characters(terminal)
        self.assertNotIn(b"\x1b[>q", terminal.raw)
        self.assertIn("images auto", terminal.ask("set images=auto"))
        self.draw(terminal, ITERM)

    def test_frames_stay_characters(self):
        terminal = self.fake(terminal_named("iTerm2 3.5.10"))
        self.draw(terminal, ITERM)
        before = len(terminal.raw)
        terminal.ask("f = x^2; descend eta=0.3 x0=1 steps=2; play pause=0")
        self.assertNotIn(b"1337", terminal.raw[before:])


class NotShownTests(ImageCase):
    def test_terminals_without_images(self):
        for title, replies in {
                "nothing": {},
                "attributes only": {ATTRIBUTES: [b"\x1b[?1;2c"]},
                "xterm": terminal_named("XTerm(379)"),
                "sixels, but no pixels": {NAME: [name("x")], ATTRIBUTES: [SIXELS]},
                "14 is not 4": {NAME: [name("x")], ATTRIBUTES: [b"\x1b[?4;14;44c"]},
                "graphics refused": terminal_named("x", b"\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\"),
                "tmux": terminal_named("tmux 3.3a", GRAPHICS_OK)}.items():
            with self.subTest(title):
                terminal = self.fake(replies)
                self.draw(terminal)
                self.assert_characters(terminal)
                self.assertEqual(terminal.raw.count(b"\x1b[>q"), 1)
                # Where it could be seen, the graphics question is never sent.
                asks = not {"nothing", "attributes only", "tmux"} & {title}
                self.assertEqual(terminal.raw.count(b"\x1b_G"), 1 if asks else 0)
                self.assert_alive(terminal)

    def test_terminals_that_are_not_asked(self):
        for settings in [
                {"TERM": "vt100"}, {"TERM": "linux"}, {"TERM": "screen.xterm-256color"},
                {"TERM": "tmux-256color"}, {"TERM": "dumb"}, {"TERM": None},
                {"TERM": "no-such-terminal"}, {"TMUX": "/tmp/x,1,0"}, {"STY": "1.x"}]:
            with self.subTest(settings):
                terminal = self.fake(terminal_named("iTerm2 3.5.10"), **settings)
                terminal.ask(CURVE)
                self.assert_characters(terminal)
                self.assertNotRegex(terminal.raw, rb"\x1b(\[>q|\[c|_G|\]1337)")

    def test_never_outside_a_conversation(self):
        for arguments in [["-e", CURVE], ["-e", CURVE, "-i"], ["--json"]]:
            with self.subTest(arguments):
                terminal = self.fake(
                    terminal_named("iTerm2 3.5.10"), *arguments, ready="-i" in arguments)
                if "-e" not in arguments:
                    terminal.expect("> $")
                    terminal.ask(CURVE)
                if "-i" in arguments or "--json" in arguments:
                    terminal.send("quit\r")
                self.assertEqual(terminal.wait(), 0)
                self.assertNotRegex(terminal.raw, rb"\x1b(\[>q|\[c|_G|\]1337)")

    def test_without_libcairo(self):
        folder = os.path.dirname(self.write("lib/libcairo.so.2", b"no library"))
        terminal = self.fake(terminal_named("iTerm2 3.5.10"), LD_LIBRARY_PATH=folder)
        self.draw(terminal)
        self.assert_characters(terminal)
        self.assertNotIn(b"libcairo", terminal.raw)

    def test_without_libsixel(self):
        folder = os.path.dirname(self.write("lib/libsixel.so.1", b"no library"))
        terminal = self.fake(
            {NAME: [name("XTerm(379)")], ATTRIBUTES: [SIXELS]}, LD_LIBRARY_PATH=folder)
        terminal.resize(80, 24, (800, 480))
        terminal.wait_until_read()
        self.draw(terminal)
        self.assert_characters(terminal)

    def test_a_window_that_is_too_small(self):
        terminal = self.fake(terminal_named("iTerm2 3.5.10"))
        terminal.resize(40, 6)
        terminal.wait_until_read()
        self.draw(terminal)
        self.assertNotIn(b"1337", terminal.raw)


class LateTests(ImageCase):
    def test_late_answers_are_no_keys_and_count_for_the_next_picture(self):
        terminal = self.fake({})
        terminal.ask(CURVE)
        terminal.send(b"6*" + name("kitty(0.35.2)") + DA + b"7\r")
        terminal.expect("42(.|\n)*> $")
        terminal.ask(CURVE)
        self.assertEqual(terminal.raw.count(b"a=q"), 1)
        for byte in GRAPHICS_OK + DA:
            terminal.send(bytes([byte]))
        terminal.wait_until_read()
        self.assert_characters(terminal)
        before = len(terminal.raw)
        terminal.ask(CURVE)
        self.kitty(terminal.raw[before:])
        self.assert_alive(terminal)

    def test_half_before_the_prompt_half_after(self):
        half = len(name("iTerm2 3.5")) // 2
        terminal = self.fake({NAME: [name("iTerm2 3.5")[:half]]})
        terminal.ask(CURVE)
        terminal.send(name("iTerm2 3.5")[half:] + DA)
        self.assert_alive(terminal)
        self.assert_characters(terminal)
        before = len(terminal.raw)
        terminal.ask(CURVE)
        self.assertRegex(terminal.raw[before:], ITERM)

    def test_no_key_is_lost(self):
        # Arrow keys, escapes and η look like the beginning of an answer, or are more than a byte.
        for keys in [b"6*7\r", b"6*8\x1b[D\x1b[3~7\r", "η = 42\rη\r".encode()]:
            for before, after in [(keys, b""), (b"", keys), (keys[:2], keys[2:])]:
                with self.subTest(keys=keys, before=before):
                    terminal = self.fake({NAME: [before], ATTRIBUTES: [DA + after]})
                    terminal.send(CURVE + "\r")
                    terminal.expect("42\r\n(.|\n)*> $")
                    self.assert_characters(terminal)

    def test_keys_that_wait_already_are_not_asked_over(self):
        terminal = self.fake(terminal_named("iTerm2 3.5"))
        terminal.send(CURVE + "\r6*7\r")
        terminal.expect("42(.|\n)*> $")
        self.draw(terminal, ITERM)

    def test_ctrl_c_while_the_answer_is_awaited(self):
        terminal = self.fake({NAME: [name("iTerm2 3.5")[:6], b"\x03"]})
        terminal.send(CURVE + "\r")
        terminal.expect("> $")
        terminal.wait_until_read()
        self.assert_alive(terminal)
        terminal.send("quit\r")
        self.assertEqual(terminal.wait(), 0)

    def test_an_answer_that_comes_while_a_program_runs_is_not_shown(self):
        terminal = self.fake({ATTRIBUTES: []})
        terminal.send(f"{CURVE}; f = x^2; descend eta=0.3 x0=1 steps=2; play pause=0.4\r")
        terminal.expect("t = 0")
        terminal.send(name("iTerm2 3.5") + DA)
        terminal.expect("steps. plot shows(.|\n)*> $")
        terminal.wait_until_read()
        self.assertNotIn("iTerm2", terminal.screen().text())
        before = len(terminal.raw)
        terminal.ask(CURVE)
        self.assertRegex(terminal.raw[before:], ITERM)

    def test_the_terminal_gets_its_modes_back(self):
        for line in [CURVE + "\r\x04", CURVE + "; quit\r"]:
            with self.subTest(line):
                terminal = self.fake({})
                head, end = line[:-1], line[-1]
                terminal.send(head)
                if end == "\x04":
                    terminal.expect("> $")
                terminal.send(end)
                self.assertEqual(terminal.wait(), 0)
                after = termios.tcgetattr(terminal.master)[3]
                self.assertTrue(after & termios.ICANON and after & termios.ECHO, after)

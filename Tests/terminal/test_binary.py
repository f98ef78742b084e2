"""What the program file itself is promised to be."""

import os
import struct
import unittest

from harness import BINARY

PT_DYNAMIC, DT_NULL, DT_RPATH, DT_RUNPATH = 2, 0, 15, 29


def dynamic_tags(program):
    """The tags of the dynamic section of a 64-bit little-endian ELF file."""
    start, = struct.unpack_from("<Q", program, 32)
    size, count = struct.unpack_from("<HH", program, 54)
    for header in range(start, start + size * count, size):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", program, header)
        if kind != PT_DYNAMIC:
            continue
        for place in range(offset, offset + length, 16):
            tag, = struct.unpack_from("<q", program, place)
            if tag == DT_NULL:
                return
            yield tag


class BinaryTests(unittest.TestCase):
    def test_no_library_beside_the_program_is_run(self):
        with open(os.path.realpath(BINARY), "rb") as file:
            program = file.read()
        if b"libswiftCore.so\0" in program:
            self.skipTest("a development build finds Swift's own libraries by its search path")
        tags = set(dynamic_tags(program))
        self.assertTrue(tags)
        self.assertFalse(
            tags & {DT_RPATH, DT_RUNPATH},
            "built without --disable-local-rpath: a planted libcairo.so.2 beside it would be run")

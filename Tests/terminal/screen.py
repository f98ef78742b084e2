"""The screen of a terminal, as far as libedit and overshoot use one (ECMA-48, xterm's answers)."""

import re
import unicodedata

ESCAPE = re.compile(
    r"\x1b\[([?>0-9;]*)([A-Za-z@])|\x1b[()][A-Z0-9]|\x1b[=>78]"
    r"|\x1b[P\]_^][^\x07\x1b]*(?:\x07|\x1b\\)")


def width(character):
    """Columns that a character takes."""
    if unicodedata.combining(character) or character == "\u200d":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Screen:
    """Rows that scroll; a line that is too long goes on in the next row."""

    def __init__(self, rows=24, columns=80):
        self.height, self.width = rows, columns
        self.rows = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0

    def feed(self, text):
        """Shows `text`, which must not end inside an escape."""
        at = 0
        while at < len(text):
            escape = ESCAPE.match(text, at)
            if escape:
                at = escape.end()
                if escape.group(2):
                    self.control(escape.group(1), escape.group(2))
                continue
            self.put(text[at])
            at += 1

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.down()
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character >= " ":
            columns = width(character)
            if columns == 0:
                self.rows[self.row][max(0, self.column - 1)] += character
                return
            if self.column + columns > self.width:
                self.column = 0
                self.down()
            self.rows[self.row][self.column] = character
            for k in range(1, columns):
                self.rows[self.row][self.column + k] = ""
            self.column += columns

    def down(self):
        self.row += 1
        if self.row == self.height:
            self.rows = self.rows[1:] + [[" "] * self.width]
            self.row -= 1

    def control(self, parameters, final):
        count = int(parameters) if parameters.isdigit() else 1
        row = self.rows[self.row]
        self.column = min(self.column, self.width - 1) if final in "CDKJP@" else self.column
        if final == "A":
            self.row = max(0, self.row - count)
        elif final == "B":
            self.row = min(self.height - 1, self.row + count)
        elif final == "C":
            self.column = min(self.width - 1, self.column + count)
        elif final == "D":
            self.column = max(0, self.column - count)
        elif final == "G":
            self.column = min(self.width, count) - 1
        elif final == "H":
            self.row = self.column = 0
        elif final == "K":
            row[self.column:] = [" "] * (self.width - self.column)
        elif final == "J":
            row[self.column:] = [" "] * (self.width - self.column)
            for below in self.rows[self.row + 1:]:
                below[:] = [" "] * self.width
        elif final == "P":
            del row[self.column:self.column + count]
            row += [" "] * count
        elif final == "@":
            row[self.column:self.column] = [" "] * count
            del row[self.width:]

    def text(self):
        """The rows that are not blank at the end, without trailing blanks."""
        return "\n".join("".join(row).rstrip() for row in self.rows).rstrip("\n")

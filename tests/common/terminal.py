#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command on a terminal of its own and types what a script says.

usage: terminal.py STEP... -- COMMAND...

A STEP is ?TEXT (wait until TEXT was printed), !TEXT (type TEXT and Enter), ^C, ^D or ^Z (that key),
or -echo (require that typing is not shown). The transcript goes to stdout; where the command was
stopped and when it ends, it says whether the terminal shows typing again. After ^Z the command is
continued. Exits as the command does, 128 + N after signal N, 98 if a step failed.
"""
import os
import pty
import select
import signal
import sys
import termios
import time

PATIENCE = 60  # seconds for each step: sanitizers and valgrind are slow


def echo_word(fd):
    return 'on' if termios.tcgetattr(fd)[3] & termios.ECHO else 'off'


def lead(command):
    """The session leader: starts command in the foreground, as a shell would."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(command[0], command)
    while True:
        _, status = os.waitpid(pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            break
        os.write(1, b'[stopped, echo %s]\n' % echo_word(0).encode())
        os.tcsetpgrp(0, pid)
        os.kill(pid, signal.SIGCONT)
    os.write(1, b'[ended, echo %s]\n' % echo_word(0).encode())
    termios.tcdrain(1)
    os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


class Terminal:
    def __init__(self, fd):
        self.fd, self.text, self.seen = fd, b'', 0

    def read(self, until):
        """Reads what comes until the moment until; False at the end."""
        if not select.select([self.fd], [], [], max(0, until - time.monotonic()))[0]:
            return True
        try:
            piece = os.read(self.fd, 4096)
        except OSError:  # how Linux reports that the other side was closed
            return False
        self.text += piece
        return bool(piece)

    def expect(self, text):
        until = time.monotonic() + PATIENCE
        while (at := self.text.find(text, self.seen)) < 0:
            if time.monotonic() > until or not self.read(until):
                return False
        self.seen = at + len(text)
        return True

    def require_no_echo(self):
        until = time.monotonic() + PATIENCE
        while echo_word(self.fd) == 'on' and time.monotonic() < until:
            self.read(time.monotonic() + 0.05)
        return echo_word(self.fd) == 'off'

    def step(self, step):
        if step.startswith('?'):
            return self.expect(step[1:].encode())
        if step == '-echo':
            return self.require_no_echo()
        keys = {'^C': b'\x03', '^D': b'\x04', '^Z': b'\x1a'}
        os.write(self.fd, keys.get(step) or step[1:].encode() + b'\n')
        return True


def main():
    split = sys.argv.index('--')
    pid, fd = pty.fork()
    if pid == 0:
        lead(sys.argv[split + 1:])
    terminal = Terminal(fd)
    failed = next((step for step in sys.argv[1:split] if not terminal.step(step)), None)
    if failed is not None:
        os.kill(pid, signal.SIGHUP)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and terminal.read(until):
        pass
    sys.stdout.buffer.write(terminal.text.replace(b'\r\n', b'\n'))
    if failed is not None:
        print(f'[step failed: {failed}]')
        sys.exit(98)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


main()

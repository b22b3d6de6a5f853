// Package tty is terminals: the line discipline N_TTY with everything that termios(3) and
// ioctl_tty(2) describe, job control, and pseudoterminals (pty(7)) with their file system, devpts.
//
// A Terminal stands between programs, which open it as a file, and a line: a channel to the host
// (see Attach), or the master of a pseudoterminal. It knows processes only through the variable Control,
// which the library of processes fills.
package tty

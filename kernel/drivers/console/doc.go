// Package console connects the machine to whoever started it. It picks the channels that the
// machine has: the ports cairn.stdin, cairn.stdout, cairn.stderr and cairn.ctl of a virtio console, else
// a plain virtio console, else the first serial line. From them it makes the files behind the
// first program's descriptors 0, 1 and 2, and it speaks the control protocol, in which the kernel log, the
// boot timeline, reports and the exit status go out, and the end of input, the size of the terminal and
// signals come in.
package console

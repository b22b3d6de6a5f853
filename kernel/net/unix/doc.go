// Package unix is the sockets of AF_UNIX (unix(7)): streams, datagrams and
// sequenced packets between programs of the machine, with or without a name, which
// carry file descriptors and credentials.
//
// A socket's receive queue is a ring of bytes and a ring of what is known of each
// write, so that nothing is allocated when bytes come and go. What waits in it is counted
// against the sender's SO_SNDBUF, as on Linux and with Linux's overhead for each write, so that
// poll(2) and EAGAIN say the same.
//
// Locks: a socket's op (who binds, connects or listens), then flight.mu (descriptors
// on their way), then one socket's mu. Nobody holds the mu of two sockets.
package unix

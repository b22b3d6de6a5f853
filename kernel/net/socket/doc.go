// Package socket is the part of sockets that all address families share: the
// system calls, the open file descriptions, the options of SOL_SOCKET, the
// transfer of addresses and control messages from and to programs (socket(7)).
//
// An address family registers itself with [Register]; its sockets are [Ops]. What
// they share is a [Base], which each embeds.
package socket

//go:generate go run cairn/tools/sysgen

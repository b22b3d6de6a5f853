package sys

// SockDomain is an AF_ address family. See socket(2).
type SockDomain int32

// SockType is a SOCK_ type and its flags. See socket(2).
type SockType int32

// SockProto is a protocol number. Its name depends on the [SockDomain] two
// arguments before it.
type SockProto int32

// SockFlags are the SOCK_ flags of accept4(2).
type SockFlags int32

// Sockaddr is the address of a struct sockaddr that the call reads. The next
// argument is a [SockLen].
type Sockaddr Addr

// OutSockaddr is the address of a struct sockaddr that the call writes. The
// next argument is an [InOutSockLen].
type OutSockaddr Addr

// SockLen is a length of a socket address or option, a socklen_t.
type SockLen uint32

// InOutSockLen is the address of a [SockLen] that the call reads and writes.
type InOutSockLen Addr

// SockLevel is the SOL_ level of setsockopt(2).
type SockLevel int32

// SockOpt is a socket option. Its name depends on the [SockLevel] before it.
type SockOpt int32

// OptVal is the address of a socket option's value that the call reads. The
// next argument is a [SockLen].
type OptVal Addr

// OutOptVal is the address of a socket option's value that the call writes.
// The next argument is an [InOutSockLen].
type OutOptVal Addr

// MsgFlags are the MSG_ flags of send(2) and recv(2).
type MsgFlags int32

// ShutdownHow is the SHUT_ argument of shutdown(2).
type ShutdownHow int32

// MsgHdr is the address of a struct msghdr whose data the call reads.
type MsgHdr Addr

// OutMsgHdr is the address of a struct msghdr whose data the call writes.
type OutMsgHdr Addr

// MMsgHdr is the address of struct mmsghdr elements whose data the call
// reads. The next argument says how many elements there are.
type MMsgHdr Addr

// OutMMsgHdr is the address of struct mmsghdr elements whose data the call
// writes. The result of the call is how many were used.
type OutMMsgHdr Addr

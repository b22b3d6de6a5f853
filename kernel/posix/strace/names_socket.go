package strace

import "golang.org/x/sys/unix"

// sockDomains are the address families.
var sockDomains = names{
	unknown: "AF_???",
	list: []named{
		{unix.AF_UNSPEC, "AF_UNSPEC"},
		{unix.AF_UNIX, "AF_UNIX"},
		{unix.AF_INET, "AF_INET"},
		{unix.AF_AX25, "AF_AX25"},
		{unix.AF_IPX, "AF_IPX"},
		{unix.AF_APPLETALK, "AF_APPLETALK"},
		{unix.AF_NETROM, "AF_NETROM"},
		{unix.AF_BRIDGE, "AF_BRIDGE"},
		{unix.AF_X25, "AF_X25"},
		{unix.AF_INET6, "AF_INET6"},
		{unix.AF_KEY, "AF_KEY"},
		{unix.AF_NETLINK, "AF_NETLINK"},
		{unix.AF_PACKET, "AF_PACKET"},
		{unix.AF_ALG, "AF_ALG"},
		{unix.AF_VSOCK, "AF_VSOCK"},
		{unix.AF_XDP, "AF_XDP"},
		{unix.AF_BLUETOOTH, "AF_BLUETOOTH"},
		{unix.AF_CAN, "AF_CAN"},
		{unix.AF_TIPC, "AF_TIPC"},
	},
}

// sockTypes are the socket types.
var sockTypes = names{
	unknown: "SOCK_???",
	list: []named{
		{unix.SOCK_STREAM, "SOCK_STREAM"},
		{unix.SOCK_DGRAM, "SOCK_DGRAM"},
		{unix.SOCK_RAW, "SOCK_RAW"},
		{unix.SOCK_RDM, "SOCK_RDM"},
		{unix.SOCK_SEQPACKET, "SOCK_SEQPACKET"},
		{unix.SOCK_DCCP, "SOCK_DCCP"},
		{unix.SOCK_PACKET, "SOCK_PACKET"},
	},
}

// sockFlags are the flags among a socket type.
var sockFlags = names{
	unknown: "SOCK_???",
	list: []named{
		{unix.SOCK_CLOEXEC, "SOCK_CLOEXEC"},
		{unix.SOCK_NONBLOCK, "SOCK_NONBLOCK"},
	},
}

// ipProtos are the protocols of AF_INET and AF_INET6.
var ipProtos = names{
	unknown: "IPPROTO_???",
	list: []named{
		{unix.IPPROTO_IP, "IPPROTO_IP"},
		{unix.IPPROTO_ICMP, "IPPROTO_ICMP"},
		{unix.IPPROTO_IGMP, "IPPROTO_IGMP"},
		{unix.IPPROTO_TCP, "IPPROTO_TCP"},
		{unix.IPPROTO_UDP, "IPPROTO_UDP"},
		{unix.IPPROTO_IPV6, "IPPROTO_IPV6"},
		{unix.IPPROTO_ICMPV6, "IPPROTO_ICMPV6"},
		{unix.IPPROTO_SCTP, "IPPROTO_SCTP"},
		{unix.IPPROTO_UDPLITE, "IPPROTO_UDPLITE"},
		{unix.IPPROTO_RAW, "IPPROTO_RAW"},
		{unix.IPPROTO_MPTCP, "IPPROTO_MPTCP"},
	},
}

// netlinkProtos are the protocols of AF_NETLINK.
var netlinkProtos = names{
	unknown: "NETLINK_???",
	list: []named{
		{unix.NETLINK_ROUTE, "NETLINK_ROUTE"},
		{unix.NETLINK_USERSOCK, "NETLINK_USERSOCK"},
		{unix.NETLINK_FIREWALL, "NETLINK_FIREWALL"},
		{unix.NETLINK_SOCK_DIAG, "NETLINK_SOCK_DIAG"},
		{unix.NETLINK_NFLOG, "NETLINK_NFLOG"},
		{unix.NETLINK_XFRM, "NETLINK_XFRM"},
		{unix.NETLINK_SELINUX, "NETLINK_SELINUX"},
		{unix.NETLINK_AUDIT, "NETLINK_AUDIT"},
		{unix.NETLINK_NETFILTER, "NETLINK_NETFILTER"},
		{unix.NETLINK_KOBJECT_UEVENT, "NETLINK_KOBJECT_UEVENT"},
		{unix.NETLINK_GENERIC, "NETLINK_GENERIC"},
	},
}

// sockLevels are the levels of setsockopt(2).
var sockLevels = names{
	unknown: "SOL_???",
	list: []named{
		{0, "SOL_IP"},
		{1, "SOL_SOCKET"},
		{6, "SOL_TCP"},
		{17, "SOL_UDP"},
		{41, "SOL_IPV6"},
		{58, "SOL_ICMPV6"},
		{255, "SOL_RAW"},
		{263, "SOL_PACKET"},
		{270, "SOL_NETLINK"},
	},
}

// sockOpts are the options at level SOL_SOCKET.
var sockOpts = names{
	unknown: "SO_???",
	list: []named{
		{unix.SO_DEBUG, "SO_DEBUG"},
		{unix.SO_REUSEADDR, "SO_REUSEADDR"},
		{unix.SO_TYPE, "SO_TYPE"},
		{unix.SO_ERROR, "SO_ERROR"},
		{unix.SO_DONTROUTE, "SO_DONTROUTE"},
		{unix.SO_BROADCAST, "SO_BROADCAST"},
		{unix.SO_SNDBUF, "SO_SNDBUF"},
		{unix.SO_RCVBUF, "SO_RCVBUF"},
		{unix.SO_KEEPALIVE, "SO_KEEPALIVE"},
		{unix.SO_OOBINLINE, "SO_OOBINLINE"},
		{unix.SO_NO_CHECK, "SO_NO_CHECK"},
		{unix.SO_PRIORITY, "SO_PRIORITY"},
		{unix.SO_LINGER, "SO_LINGER"},
		{unix.SO_BSDCOMPAT, "SO_BSDCOMPAT"},
		{unix.SO_REUSEPORT, "SO_REUSEPORT"},
		{unix.SO_PASSCRED, "SO_PASSCRED"},
		{unix.SO_PEERCRED, "SO_PEERCRED"},
		{unix.SO_RCVLOWAT, "SO_RCVLOWAT"},
		{unix.SO_SNDLOWAT, "SO_SNDLOWAT"},
		{20, "SO_RCVTIMEO_OLD"},
		{21, "SO_SNDTIMEO_OLD"},
		{unix.SO_BINDTODEVICE, "SO_BINDTODEVICE"},
		{unix.SO_ATTACH_FILTER, "SO_ATTACH_FILTER"},
		{unix.SO_DETACH_FILTER, "SO_DETACH_FILTER"},
		{unix.SO_PEERNAME, "SO_PEERNAME"},
		{29, "SO_TIMESTAMP_OLD"},
		{unix.SO_ACCEPTCONN, "SO_ACCEPTCONN"},
		{unix.SO_PEERSEC, "SO_PEERSEC"},
		{unix.SO_SNDBUFFORCE, "SO_SNDBUFFORCE"},
		{unix.SO_PASSSEC, "SO_PASSSEC"},
		{35, "SO_TIMESTAMPNS_OLD"},
		{unix.SO_MARK, "SO_MARK"},
		{37, "SO_TIMESTAMPING_OLD"},
		{unix.SO_PROTOCOL, "SO_PROTOCOL"},
		{unix.SO_DOMAIN, "SO_DOMAIN"},
		{unix.SO_RXQ_OVFL, "SO_RXQ_OVFL"},
		{unix.SO_PEEK_OFF, "SO_PEEK_OFF"},
		{unix.SO_BUSY_POLL, "SO_BUSY_POLL"},
		{unix.SO_MAX_PACING_RATE, "SO_MAX_PACING_RATE"},
		{unix.SO_INCOMING_CPU, "SO_INCOMING_CPU"},
		{unix.SO_COOKIE, "SO_COOKIE"},
		{unix.SO_PEERGROUPS, "SO_PEERGROUPS"},
		{unix.SO_ZEROCOPY, "SO_ZEROCOPY"},
	},
}

// ipOpts are the options at level SOL_IP.
var ipOpts = names{
	unknown: "IP_???",
	list: []named{
		{unix.IP_TOS, "IP_TOS"},
		{unix.IP_TTL, "IP_TTL"},
		{unix.IP_HDRINCL, "IP_HDRINCL"},
		{unix.IP_OPTIONS, "IP_OPTIONS"},
		{unix.IP_RECVOPTS, "IP_RECVOPTS"},
		{unix.IP_RETOPTS, "IP_RETOPTS"},
		{unix.IP_PKTINFO, "IP_PKTINFO"},
		{unix.IP_MTU_DISCOVER, "IP_MTU_DISCOVER"},
		{unix.IP_RECVERR, "IP_RECVERR"},
		{unix.IP_RECVTTL, "IP_RECVTTL"},
		{unix.IP_RECVTOS, "IP_RECVTOS"},
		{unix.IP_MTU, "IP_MTU"},
		{unix.IP_FREEBIND, "IP_FREEBIND"},
		{unix.IP_TRANSPARENT, "IP_TRANSPARENT"},
		{unix.IP_BIND_ADDRESS_NO_PORT, "IP_BIND_ADDRESS_NO_PORT"},
		{unix.IP_MULTICAST_IF, "IP_MULTICAST_IF"},
		{unix.IP_MULTICAST_TTL, "IP_MULTICAST_TTL"},
		{unix.IP_MULTICAST_LOOP, "IP_MULTICAST_LOOP"},
		{unix.IP_ADD_MEMBERSHIP, "IP_ADD_MEMBERSHIP"},
		{unix.IP_DROP_MEMBERSHIP, "IP_DROP_MEMBERSHIP"},
	},
}

// ipv6Opts are the options at level SOL_IPV6.
var ipv6Opts = names{
	unknown: "IPV6_???",
	list: []named{
		{unix.IPV6_ADDRFORM, "IPV6_ADDRFORM"},
		{unix.IPV6_CHECKSUM, "IPV6_CHECKSUM"},
		{unix.IPV6_UNICAST_HOPS, "IPV6_UNICAST_HOPS"},
		{unix.IPV6_MULTICAST_IF, "IPV6_MULTICAST_IF"},
		{unix.IPV6_MULTICAST_HOPS, "IPV6_MULTICAST_HOPS"},
		{unix.IPV6_MULTICAST_LOOP, "IPV6_MULTICAST_LOOP"},
		{unix.IPV6_JOIN_GROUP, "IPV6_JOIN_GROUP"},
		{unix.IPV6_LEAVE_GROUP, "IPV6_LEAVE_GROUP"},
		{unix.IPV6_MTU_DISCOVER, "IPV6_MTU_DISCOVER"},
		{unix.IPV6_MTU, "IPV6_MTU"},
		{unix.IPV6_RECVERR, "IPV6_RECVERR"},
		{unix.IPV6_V6ONLY, "IPV6_V6ONLY"},
		{unix.IPV6_RECVPKTINFO, "IPV6_RECVPKTINFO"},
		{unix.IPV6_PKTINFO, "IPV6_PKTINFO"},
		{unix.IPV6_RECVHOPLIMIT, "IPV6_RECVHOPLIMIT"},
		{unix.IPV6_HOPLIMIT, "IPV6_HOPLIMIT"},
		{unix.IPV6_RECVTCLASS, "IPV6_RECVTCLASS"},
		{unix.IPV6_TCLASS, "IPV6_TCLASS"},
	},
}

// tcpOpts are the options at level SOL_TCP.
var tcpOpts = names{
	unknown: "TCP_???",
	list: []named{
		{unix.TCP_NODELAY, "TCP_NODELAY"},
		{unix.TCP_MAXSEG, "TCP_MAXSEG"},
		{unix.TCP_CORK, "TCP_CORK"},
		{unix.TCP_KEEPIDLE, "TCP_KEEPIDLE"},
		{unix.TCP_KEEPINTVL, "TCP_KEEPINTVL"},
		{unix.TCP_KEEPCNT, "TCP_KEEPCNT"},
		{unix.TCP_SYNCNT, "TCP_SYNCNT"},
		{unix.TCP_LINGER2, "TCP_LINGER2"},
		{unix.TCP_DEFER_ACCEPT, "TCP_DEFER_ACCEPT"},
		{unix.TCP_WINDOW_CLAMP, "TCP_WINDOW_CLAMP"},
		{unix.TCP_INFO, "TCP_INFO"},
		{unix.TCP_QUICKACK, "TCP_QUICKACK"},
		{unix.TCP_CONGESTION, "TCP_CONGESTION"},
		{unix.TCP_MD5SIG, "TCP_MD5SIG"},
		{unix.TCP_USER_TIMEOUT, "TCP_USER_TIMEOUT"},
		{unix.TCP_FASTOPEN, "TCP_FASTOPEN"},
		{unix.TCP_TIMESTAMP, "TCP_TIMESTAMP"},
		{unix.TCP_NOTSENT_LOWAT, "TCP_NOTSENT_LOWAT"},
		{unix.TCP_FASTOPEN_CONNECT, "TCP_FASTOPEN_CONNECT"},
		{unix.TCP_ULP, "TCP_ULP"},
		{unix.TCP_INQ, "TCP_INQ"},
	},
}

// msgFlags are the flags of send(2) and recv(2).
var msgFlags = names{
	unknown: "MSG_???",
	list: []named{
		{unix.MSG_OOB, "MSG_OOB"},
		{unix.MSG_PEEK, "MSG_PEEK"},
		{unix.MSG_DONTROUTE, "MSG_DONTROUTE"},
		{unix.MSG_CTRUNC, "MSG_CTRUNC"},
		{unix.MSG_PROXY, "MSG_PROXY"},
		{unix.MSG_TRUNC, "MSG_TRUNC"},
		{unix.MSG_DONTWAIT, "MSG_DONTWAIT"},
		{unix.MSG_EOR, "MSG_EOR"},
		{unix.MSG_WAITALL, "MSG_WAITALL"},
		{unix.MSG_FIN, "MSG_FIN"},
		{unix.MSG_SYN, "MSG_SYN"},
		{unix.MSG_CONFIRM, "MSG_CONFIRM"},
		{unix.MSG_RST, "MSG_RST"},
		{unix.MSG_ERRQUEUE, "MSG_ERRQUEUE"},
		{unix.MSG_NOSIGNAL, "MSG_NOSIGNAL"},
		{unix.MSG_MORE, "MSG_MORE"},
		{unix.MSG_WAITFORONE, "MSG_WAITFORONE"},
		{unix.MSG_BATCH, "MSG_BATCH"},
		{unix.MSG_ZEROCOPY, "MSG_ZEROCOPY"},
		{unix.MSG_FASTOPEN, "MSG_FASTOPEN"},
		{unix.MSG_CMSG_CLOEXEC, "MSG_CMSG_CLOEXEC"},
	},
}

// shutdownHows are the directions of shutdown(2).
var shutdownHows = names{
	unknown: "SHUT_???",
	list: []named{
		{unix.SHUT_RD, "SHUT_RD"},
		{unix.SHUT_WR, "SHUT_WR"},
		{unix.SHUT_RDWR, "SHUT_RDWR"},
	},
}

// scmTypes are the types of control messages at level SOL_SOCKET.
var scmTypes = names{
	unknown: "SCM_???",
	list: []named{
		{unix.SCM_RIGHTS, "SCM_RIGHTS"},
		{unix.SCM_CREDENTIALS, "SCM_CREDENTIALS"},
		{3, "SCM_SECURITY"},
		{29, "SO_TIMESTAMP_OLD"},
		{35, "SO_TIMESTAMPNS_OLD"},
		{37, "SO_TIMESTAMPING_OLD"},
	},
}

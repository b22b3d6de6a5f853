package strace

import "golang.org/x/sys/unix"

// fcntlCmds are the operations of fcntl(2).
var fcntlCmds = names{
	unknown: "F_???",
	list: []named{
		{unix.F_DUPFD, "F_DUPFD"},
		{unix.F_GETFD, "F_GETFD"},
		{unix.F_SETFD, "F_SETFD"},
		{unix.F_GETFL, "F_GETFL"},
		{unix.F_SETFL, "F_SETFL"},
		{unix.F_GETLK, "F_GETLK"},
		{unix.F_SETLK, "F_SETLK"},
		{unix.F_SETLKW, "F_SETLKW"},
		{unix.F_SETOWN, "F_SETOWN"},
		{unix.F_GETOWN, "F_GETOWN"},
		{unix.F_SETSIG, "F_SETSIG"},
		{unix.F_GETSIG, "F_GETSIG"},
		{unix.F_SETOWN_EX, "F_SETOWN_EX"},
		{unix.F_GETOWN_EX, "F_GETOWN_EX"},
		{unix.F_OFD_GETLK, "F_OFD_GETLK"},
		{unix.F_OFD_SETLK, "F_OFD_SETLK"},
		{unix.F_OFD_SETLKW, "F_OFD_SETLKW"},
		{unix.F_SETLEASE, "F_SETLEASE"},
		{unix.F_GETLEASE, "F_GETLEASE"},
		{unix.F_NOTIFY, "F_NOTIFY"},
		{unix.F_DUPFD_CLOEXEC, "F_DUPFD_CLOEXEC"},
		{unix.F_SETPIPE_SZ, "F_SETPIPE_SZ"},
		{unix.F_GETPIPE_SZ, "F_GETPIPE_SZ"},
		{unix.F_ADD_SEALS, "F_ADD_SEALS"},
		{unix.F_GET_SEALS, "F_GET_SEALS"},
		{unix.F_GET_RW_HINT, "F_GET_RW_HINT"},
		{unix.F_SET_RW_HINT, "F_SET_RW_HINT"},
		{unix.F_GET_FILE_RW_HINT, "F_GET_FILE_RW_HINT"},
		{unix.F_SET_FILE_RW_HINT, "F_SET_FILE_RW_HINT"},
	},
}

// fdFlags are the descriptor flags of fcntl(2).
var fdFlags = names{

	list: []named{
		{unix.FD_CLOEXEC, "FD_CLOEXEC"},
	},
}

// lockTypes are the types of record locks.
var lockTypes = names{
	unknown: "F_???",
	list: []named{
		{unix.F_RDLCK, "F_RDLCK"},
		{unix.F_WRLCK, "F_WRLCK"},
		{unix.F_UNLCK, "F_UNLCK"},
		{unix.F_EXLCK, "F_EXLCK"},
		{unix.F_SHLCK, "F_SHLCK"},
	},
}

// seals are the seals of fcntl(2).
var seals = names{
	unknown: "F_SEAL_???",
	list: []named{
		{unix.F_SEAL_SEAL, "F_SEAL_SEAL"},
		{unix.F_SEAL_SHRINK, "F_SEAL_SHRINK"},
		{unix.F_SEAL_GROW, "F_SEAL_GROW"},
		{unix.F_SEAL_WRITE, "F_SEAL_WRITE"},
		{unix.F_SEAL_FUTURE_WRITE, "F_SEAL_FUTURE_WRITE"},
	},
}

// ioctlCmds are the requests of ioctl(2).
var ioctlCmds = names{

	list: []named{
		{unix.TCGETS, "TCGETS"},
		{unix.TCSETS, "TCSETS"},
		{unix.TCSETSW, "TCSETSW"},
		{unix.TCSETSF, "TCSETSF"},
		{unix.TCGETA, "TCGETA"},
		{unix.TCSETA, "TCSETA"},
		{unix.TCSETAW, "TCSETAW"},
		{unix.TCSETAF, "TCSETAF"},
		{unix.TCSBRK, "TCSBRK"},
		{unix.TCXONC, "TCXONC"},
		{unix.TCFLSH, "TCFLSH"},
		{unix.TIOCEXCL, "TIOCEXCL"},
		{unix.TIOCNXCL, "TIOCNXCL"},
		{unix.TIOCSCTTY, "TIOCSCTTY"},
		{unix.TIOCGPGRP, "TIOCGPGRP"},
		{unix.TIOCSPGRP, "TIOCSPGRP"},
		{unix.TIOCOUTQ, "TIOCOUTQ"},
		{unix.TIOCSTI, "TIOCSTI"},
		{unix.TIOCGWINSZ, "TIOCGWINSZ"},
		{unix.TIOCSWINSZ, "TIOCSWINSZ"},
		{unix.TIOCMGET, "TIOCMGET"},
		{unix.TIOCMBIS, "TIOCMBIS"},
		{unix.TIOCMBIC, "TIOCMBIC"},
		{unix.TIOCMSET, "TIOCMSET"},
		{0x541b, "FIONREAD"},
		{unix.TIOCCONS, "TIOCCONS"},
		{unix.TIOCGSERIAL, "TIOCGSERIAL"},
		{unix.TIOCSSERIAL, "TIOCSSERIAL"},
		{unix.TIOCPKT, "TIOCPKT"},
		{0x5421, "FIONBIO"},
		{unix.TIOCNOTTY, "TIOCNOTTY"},
		{unix.TIOCSETD, "TIOCSETD"},
		{unix.TIOCGETD, "TIOCGETD"},
		{unix.TCSBRKP, "TCSBRKP"},
		{unix.TIOCSBRK, "TIOCSBRK"},
		{unix.TIOCCBRK, "TIOCCBRK"},
		{unix.TIOCGSID, "TIOCGSID"},
		{unix.TIOCGPTN, "TIOCGPTN"},
		{unix.TIOCSPTLCK, "TIOCSPTLCK"},
		{unix.TIOCGDEV, "TIOCGDEV"},
		{unix.TIOCSIG, "TIOCSIG"},
		{unix.TIOCVHANGUP, "TIOCVHANGUP"},
		{0x80045438, "TIOCGPKT"},
		{0x80045439, "TIOCGPTLCK"},
		{0x80045440, "TIOCGEXCL"},
		{0x5441, "TIOCGPTPEER"},
		{0x5450, "FIONCLEX"},
		{0x5451, "FIOCLEX"},
		{0x5452, "FIOASYNC"},
		{0x5460, "FIOQSIZE"},
		{unix.SIOCGIFNAME, "SIOCGIFNAME"},
		{unix.SIOCGIFCONF, "SIOCGIFCONF"},
		{unix.SIOCGIFFLAGS, "SIOCGIFFLAGS"},
		{unix.SIOCSIFFLAGS, "SIOCSIFFLAGS"},
		{unix.SIOCGIFADDR, "SIOCGIFADDR"},
		{unix.SIOCSIFADDR, "SIOCSIFADDR"},
		{unix.SIOCGIFDSTADDR, "SIOCGIFDSTADDR"},
		{unix.SIOCGIFBRDADDR, "SIOCGIFBRDADDR"},
		{unix.SIOCGIFNETMASK, "SIOCGIFNETMASK"},
		{unix.SIOCSIFNETMASK, "SIOCSIFNETMASK"},
		{unix.SIOCGIFMETRIC, "SIOCGIFMETRIC"},
		{unix.SIOCGIFMTU, "SIOCGIFMTU"},
		{unix.SIOCSIFMTU, "SIOCSIFMTU"},
		{unix.SIOCGIFHWADDR, "SIOCGIFHWADDR"},
		{unix.SIOCGIFINDEX, "SIOCGIFINDEX"},
		{unix.SIOCGIFTXQLEN, "SIOCGIFTXQLEN"},
		{unix.SIOCGARP, "SIOCGARP"},
		{unix.SIOCETHTOOL, "SIOCETHTOOL"},
		{unix.BLKGETSIZE, "BLKGETSIZE"},
		{unix.BLKGETSIZE64, "BLKGETSIZE64"},
		{unix.BLKSSZGET, "BLKSSZGET"},
		{unix.BLKFLSBUF, "BLKFLSBUF"},
		{unix.BLKROGET, "BLKROGET"},
		{unix.FS_IOC_GETFLAGS, "FS_IOC_GETFLAGS"},
		{unix.FS_IOC_SETFLAGS, "FS_IOC_SETFLAGS"},
		{unix.FICLONE, "FICLONE"},
		{unix.FICLONERANGE, "FICLONERANGE"},
		{0xc020660b, "FS_IOC_FIEMAP"},
		{0x80045200, "RNDGETENTCNT"},
	},
}

// baudRates are the speeds in c_cflag.
var baudRates = names{

	list: []named{
		{unix.B0, "B0"},
		{unix.B50, "B50"},
		{unix.B75, "B75"},
		{unix.B110, "B110"},
		{unix.B134, "B134"},
		{unix.B150, "B150"},
		{unix.B200, "B200"},
		{unix.B300, "B300"},
		{unix.B600, "B600"},
		{unix.B1200, "B1200"},
		{unix.B1800, "B1800"},
		{unix.B2400, "B2400"},
		{unix.B4800, "B4800"},
		{unix.B9600, "B9600"},
		{unix.B19200, "B19200"},
		{unix.B38400, "B38400"},
		{unix.B57600, "B57600"},
		{unix.B115200, "B115200"},
		{unix.B230400, "B230400"},
	},
}

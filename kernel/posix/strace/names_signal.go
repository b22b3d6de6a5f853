package strace

import "golang.org/x/sys/unix"

// sigHows are the ways to change a signal mask.
var sigHows = names{
	unknown: "SIG_???",
	list: []named{
		{unix.SIG_BLOCK, "SIG_BLOCK"},
		{unix.SIG_UNBLOCK, "SIG_UNBLOCK"},
		{unix.SIG_SETMASK, "SIG_SETMASK"},
	},
}

// sigActionFlags are the flags of sigaction(2).
var sigActionFlags = names{
	unknown: "SA_???",
	list: []named{
		{0x4000000, "SA_RESTORER"},
		{0x8000000, "SA_ONSTACK"},
		{0x10000000, "SA_RESTART"},
		{0x40000000, "SA_NODEFER"},
		{0x80000000, "SA_RESETHAND"},
		{1, "SA_NOCLDSTOP"},
		{2, "SA_NOCLDWAIT"},
		{4, "SA_SIGINFO"},
	},
}

// sigStackFlags are the flags of sigaltstack(2).
var sigStackFlags = names{
	unknown: "SS_???",
	list: []named{
		{1, "SS_ONSTACK"},
		{2, "SS_DISABLE"},
		{0x80000000, "SS_AUTODISARM"},
	},
}

// sigEventTypes are the kinds of notification of a struct sigevent.
var sigEventTypes = names{
	unknown: "SIGEV_???",
	list: []named{
		{0, "SIGEV_SIGNAL"},
		{1, "SIGEV_NONE"},
		{2, "SIGEV_THREAD"},
		{4, "SIGEV_THREAD_ID"},
	},
}

// siCodes are the codes of siginfo_t that any signal can have.
var siCodes = names{
	unknown: "SI_???",
	list: []named{
		{0, "SI_USER"},
		{0x80, "SI_KERNEL"},
		{0xffffffff, "SI_QUEUE"},
		{0xfffffffe, "SI_TIMER"},
		{0xfffffffd, "SI_MESGQ"},
		{0xfffffffc, "SI_ASYNCIO"},
		{0xfffffffb, "SI_SIGIO"},
		{0xfffffffa, "SI_TKILL"},
		{0xffffffc4, "SI_ASYNCNL"},
	},
}

// cldCodes are the codes of SIGCHLD.
var cldCodes = names{
	unknown: "CLD_???",
	list: []named{
		{1, "CLD_EXITED"},
		{2, "CLD_KILLED"},
		{3, "CLD_DUMPED"},
		{4, "CLD_TRAPPED"},
		{5, "CLD_STOPPED"},
		{6, "CLD_CONTINUED"},
	},
}

// segvCodes are the codes of SIGSEGV.
var segvCodes = names{
	unknown: "SEGV_???",
	list: []named{
		{1, "SEGV_MAPERR"},
		{2, "SEGV_ACCERR"},
		{3, "SEGV_BNDERR"},
		{4, "SEGV_PKUERR"},
	},
}

// busCodes are the codes of SIGBUS.
var busCodes = names{
	unknown: "BUS_???",
	list: []named{
		{1, "BUS_ADRALN"},
		{2, "BUS_ADRERR"},
		{3, "BUS_OBJERR"},
		{4, "BUS_MCEERR_AR"},
		{5, "BUS_MCEERR_AO"},
	},
}

// illCodes are the codes of SIGILL.
var illCodes = names{
	unknown: "ILL_???",
	list: []named{
		{1, "ILL_ILLOPC"},
		{2, "ILL_ILLOPN"},
		{3, "ILL_ILLADR"},
		{4, "ILL_ILLTRP"},
		{5, "ILL_PRVOPC"},
		{6, "ILL_PRVREG"},
		{7, "ILL_COPROC"},
		{8, "ILL_BADSTK"},
	},
}

// fpeCodes are the codes of SIGFPE.
var fpeCodes = names{
	unknown: "FPE_???",
	list: []named{
		{1, "FPE_INTDIV"},
		{2, "FPE_INTOVF"},
		{3, "FPE_FLTDIV"},
		{4, "FPE_FLTOVF"},
		{5, "FPE_FLTUND"},
		{6, "FPE_FLTRES"},
		{7, "FPE_FLTINV"},
		{8, "FPE_FLTSUB"},
	},
}

// trapCodes are the codes of SIGTRAP.
var trapCodes = names{
	unknown: "TRAP_???",
	list: []named{
		{1, "TRAP_BRKPT"},
		{2, "TRAP_TRACE"},
		{3, "TRAP_BRANCH"},
		{4, "TRAP_HWBKPT"},
	},
}

// signalfdFlags are the flags of signalfd4(2).
var signalfdFlags = names{
	unknown: "SFD_???",
	list: []named{
		{unix.SFD_CLOEXEC, "SFD_CLOEXEC"},
		{unix.SFD_NONBLOCK, "SFD_NONBLOCK"},
	},
}

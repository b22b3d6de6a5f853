package strace

import "golang.org/x/sys/unix"

// clocks are the clocks of clock_gettime(2).
var clocks = names{
	unknown: "CLOCK_???",
	list: []named{
		{unix.CLOCK_REALTIME, "CLOCK_REALTIME"},
		{unix.CLOCK_MONOTONIC, "CLOCK_MONOTONIC"},
		{unix.CLOCK_PROCESS_CPUTIME_ID, "CLOCK_PROCESS_CPUTIME_ID"},
		{unix.CLOCK_THREAD_CPUTIME_ID, "CLOCK_THREAD_CPUTIME_ID"},
		{unix.CLOCK_MONOTONIC_RAW, "CLOCK_MONOTONIC_RAW"},
		{unix.CLOCK_REALTIME_COARSE, "CLOCK_REALTIME_COARSE"},
		{unix.CLOCK_MONOTONIC_COARSE, "CLOCK_MONOTONIC_COARSE"},
		{unix.CLOCK_BOOTTIME, "CLOCK_BOOTTIME"},
		{unix.CLOCK_REALTIME_ALARM, "CLOCK_REALTIME_ALARM"},
		{unix.CLOCK_BOOTTIME_ALARM, "CLOCK_BOOTTIME_ALARM"},
		{0xa, "CLOCK_SGI_CYCLE"},
		{unix.CLOCK_TAI, "CLOCK_TAI"},
	},
}

// itimers are the timers of setitimer(2).
var itimers = names{
	unknown: "ITIMER_???",
	list: []named{
		{unix.ITIMER_REAL, "ITIMER_REAL"},
		{unix.ITIMER_VIRTUAL, "ITIMER_VIRTUAL"},
		{unix.ITIMER_PROF, "ITIMER_PROF"},
	},
}

// timerFlags are the flags of timer_settime(2).
var timerFlags = names{
	unknown: "TIMER_???",
	list: []named{
		{unix.TIMER_ABSTIME, "TIMER_ABSTIME"},
	},
}

// timerfdFlags are the flags of timerfd_create(2).
var timerfdFlags = names{
	unknown: "TFD_???",
	list: []named{
		{unix.TFD_CLOEXEC, "TFD_CLOEXEC"},
		{unix.TFD_NONBLOCK, "TFD_NONBLOCK"},
	},
}

// timerfdSetFlags are the flags of timerfd_settime(2).
var timerfdSetFlags = names{
	unknown: "TFD_???",
	list: []named{
		{1, "TFD_TIMER_ABSTIME"},
		{2, "TFD_TIMER_CANCEL_ON_SET"},
	},
}

// pollEvents are the events of poll(2).
var pollEvents = names{
	unknown: "POLL???",
	list: []named{
		{unix.POLLIN, "POLLIN"},
		{unix.POLLPRI, "POLLPRI"},
		{unix.POLLOUT, "POLLOUT"},
		{0x40, "POLLRDNORM"},
		{0x80, "POLLRDBAND"},
		{0x100, "POLLWRNORM"},
		{0x200, "POLLWRBAND"},
		{unix.POLLERR, "POLLERR"},
		{unix.POLLHUP, "POLLHUP"},
		{unix.POLLNVAL, "POLLNVAL"},
		{0x400, "POLLMSG"},
		{unix.POLLRDHUP, "POLLRDHUP"},
	},
}

// epollOps are the operations of epoll_ctl(2).
var epollOps = names{
	unknown: "EPOLL_CTL_???",
	list: []named{
		{unix.EPOLL_CTL_ADD, "EPOLL_CTL_ADD"},
		{unix.EPOLL_CTL_MOD, "EPOLL_CTL_MOD"},
		{unix.EPOLL_CTL_DEL, "EPOLL_CTL_DEL"},
	},
}

// epollFlags are the flags of epoll_create1(2).
var epollFlags = names{
	unknown: "EPOLL_???",
	list: []named{
		{unix.EPOLL_CLOEXEC, "EPOLL_CLOEXEC"},
	},
}

// epollEvents are the events of epoll_ctl(2).
var epollEvents = names{
	unknown: "EPOLL???",
	list: []named{
		{unix.EPOLLIN, "EPOLLIN"},
		{unix.EPOLLPRI, "EPOLLPRI"},
		{unix.EPOLLOUT, "EPOLLOUT"},
		{unix.EPOLLRDNORM, "EPOLLRDNORM"},
		{unix.EPOLLRDBAND, "EPOLLRDBAND"},
		{unix.EPOLLWRNORM, "EPOLLWRNORM"},
		{unix.EPOLLWRBAND, "EPOLLWRBAND"},
		{unix.EPOLLMSG, "EPOLLMSG"},
		{unix.EPOLLERR, "EPOLLERR"},
		{unix.EPOLLHUP, "EPOLLHUP"},
		{unix.EPOLLRDHUP, "EPOLLRDHUP"},
		{unix.EPOLLEXCLUSIVE, "EPOLLEXCLUSIVE"},
		{unix.EPOLLWAKEUP, "EPOLLWAKEUP"},
		{unix.EPOLLONESHOT, "EPOLLONESHOT"},
		{unix.EPOLLET, "EPOLLET"},
	},
}

// eventfdFlags are the flags of eventfd2(2).
var eventfdFlags = names{
	unknown: "EFD_???",
	list: []named{
		{unix.EFD_SEMAPHORE, "EFD_SEMAPHORE"},
		{unix.EFD_CLOEXEC, "EFD_CLOEXEC"},
		{unix.EFD_NONBLOCK, "EFD_NONBLOCK"},
	},
}

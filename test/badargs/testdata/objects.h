// Objects: what the address arguments of calls point to.

// The kinds of calls.h, and those of objects whose kind depends on another argument.
#define KIND(name, class, bits) K_##name,
enum kind { KINDS K_Word, K_Words, K_SchedAttr, K_FutexWaitv, K_Flock, K_Owner, K_Termios, K_Winsize, K_None };
#undef KIND

enum class { ADDRESS, SIGNED, UNSIGNED };

#define KIND(name, class, bits) {#name, class, bits},
static const struct {
	const char *name;
	enum class class;
	u8 bits;
} kinds[] = {KINDS};
#undef KIND

// Every object that a call is given is in a slot of its own, so that a page can be missing after it:
// pages of these kinds, from where the slot begins.
enum { SLOT_BEGIN = 1, SLOT_END = 3, SLOT_NONE = 4, SLOT_READONLY = 5, SLOT_BEYOND = 6, SLOT_PAGES = 8 };
enum { PAGE = 4096, SLOTS = 32, NESTED = 6, DEEPER = 16 }; // slots of arguments come first, then of what they point to

#define SLOT_BASE 0x2000000000UL

static u64 page(int slot, int page) { return SLOT_BASE + ((u64)slot * SLOT_PAGES + page) * PAGE; }

// pointers are the addresses in objects: in what kind, where, of what, and for reports.
static const struct pointer {
	enum kind in;
	u8 offset;
	enum kind to;
	const char *name;
} pointers[] = {
	{K_Argv, 0, K_String, "argv[0]"}, {K_Envp, 0, K_String, "envp[0]"}, {K_SigSetArg, 0, K_SigSet, "set"},
	{K_IoVec, 0, K_InBuf, "iov[0]"}, {K_IoVec, 16, K_InBuf, "iov[1]"},
	{K_OutIoVec, 0, K_OutBuf, "iov[0]"}, {K_OutIoVec, 16, K_OutBuf, "iov[1]"},
	{K_MsgHdr, 0, K_Sockaddr, "name"}, {K_MsgHdr, 16, K_IoVec, "iov"}, {K_MsgHdr, 32, K_Words, "control"},
	{K_OutMsgHdr, 0, K_OutSockaddr, "name"}, {K_OutMsgHdr, 16, K_OutIoVec, "iov"}, {K_OutMsgHdr, 32, K_Words, "control"},
	{K_MMsgHdr, 0, K_Sockaddr, "name"}, {K_MMsgHdr, 16, K_IoVec, "iov"}, {K_MMsgHdr, 32, K_Words, "control"},
	{K_MMsgHdr, 64 + 16, K_IoVec, "msg[1].iov"},
	{K_OutMMsgHdr, 0, K_OutSockaddr, "name"}, {K_OutMMsgHdr, 16, K_OutIoVec, "iov"},
	{K_OutMMsgHdr, 32, K_Words, "control"}, {K_OutMMsgHdr, 64 + 16, K_OutIoVec, "msg[1].iov"},
	{K_CloneArgs, 8, K_Word, "pidfd"}, {K_CloneArgs, 16, K_Word, "child_tid"}, {K_CloneArgs, 24, K_Word, "parent_tid"},
	{K_FutexWaitv, 8, K_Word, "uaddr"},
};
enum { POINTERS = sizeof pointers / sizeof *pointers };

// sizes are those of objects that are all zeros or only written.
static const uint16_t sizes[] = {
	[K_OutSockaddr] = 110, [K_OutTimex] = 208, [K_OutCapData] = 24, [K_OutTimespec] = 16, [K_Timespec] = 16,
	[K_RemTimespec] = 16, [K_OutInt32] = 4, [K_InOutOff] = 8, [K_OutEpollEvents] = 48, [K_OutBuf] = 64, [K_InBuf] = 64,
	[K_OutStatfs] = 120, [K_OutStat] = 144, [K_UTimeval] = 32, [K_OutString] = 64, [K_OutDents] = 1024, [K_OutGids] = 32,
	[K_OutItimerval] = 32, [K_OutHexBuf] = 64, [K_OutGid] = 4, [K_OutUid] = 4, [K_OutRlimit] = 16, [K_OutRusage] = 144,
	[K_OutOptVal] = 4, [K_OutTimeval] = 16, [K_OutTimezone] = 8, [K_OpenHow] = 24, [K_OutFDPair] = 8, [K_InOutTimespec] = 16,
	[K_OutSigAction] = 32, [K_OutSigSet] = 8, [K_OutSigInfo] = 128, [K_OutCPUSet] = 128, [K_OutSchedParam] = 4,
	[K_SchedParam] = 4, [K_InOutTimeval] = 16, [K_FDSet] = 8, [K_Itimerspec] = 32, [K_Gids] = 4, [K_Itimerval] = 32,
	[K_Timeval] = 16, [K_Timezone] = 8, [K_OutSigStack] = 24, [K_OutStatx] = 256, [K_OutSysinfo] = 112, [K_OutTime] = 8,
	[K_OutTimerID] = 4, [K_OutItimerspec] = 32, [K_OutTms] = 32, [K_OutUtsname] = 390, [K_UTimespec] = 32,
	[K_OutWaitStatus] = 4, [K_CapData] = 24, [K_Word] = 4, [K_Words] = 64, [K_Addr] = 64, [K_Utimbuf] = 16,
	[K_MountData] = 64, [K_Termios] = 36, [K_Winsize] = 8, [K_Owner] = 8, [K_OutAddr] = 8, [K_OutSize] = 8, [K_None] = 0,
};

// words writes 64-bit words.
static int words(u8 *b, int n, const u64 *w)
{
	memcpy(b, w, n * 8);
	return n * 8;
}

#define WORDS(...) words(b, sizeof((u64[]){__VA_ARGS__}) / 8, (u64[]){__VA_ARGS__})

// message writes a struct msghdr.
static int message(u8 *b, u64 name, u64 iov, u64 control, int write, const char *text)
{
	int named = same(text, "name");
	return WORDS(named ? name : 0, !named ? 0 : write ? 110 : 7, iov, 2, control, write ? 64 : 0, 0);
}

// fill writes an object of a kind into b, which is zeros, and returns its size. The addresses in it are those
// of the slots from first on. The text and the number make it what the call wants.
static int fill(enum kind k, u8 *b, const char *text, u64 number, int first)
{
	const u64 to[] = {page(first, SLOT_BEGIN), page(first + 1, SLOT_BEGIN), page(first + 2, SLOT_BEGIN)};
	switch (k) {
	case K_Path: case K_String: memcpy(b, text, strlen(text) + 1); return strlen(text) + 1;
	case K_Sockaddr: address((void *)b, text); return 2 + strlen(text) + 1;
	case K_InOutSockLen: *(u32 *)b = number; return 4;
	case K_OptVal: *(u32 *)b = 1; return 4;
	case K_CapHeader: *(u32 *)b = _LINUX_CAPABILITY_VERSION_3; return 8;
	case K_SigSet: return WORDS(1 << (SIGUSR1 - 1));
	case K_EpollEvent: *(u32 *)b = EPOLLIN; return 12;
	case K_Argv: case K_Envp: return WORDS(to[0], 0);
	case K_SigSetArg: return WORDS(to[0], 8);
	case K_IoVec: case K_OutIoVec: return WORDS(to[0], 8, to[1], 8);
	case K_MsgHdr: return message(b, to[0], to[1], to[2], 0, text);
	case K_OutMsgHdr: return message(b, to[0], to[1], to[2], 1, text);
	case K_MMsgHdr: case K_OutMMsgHdr:
		message(b, to[0], to[1], to[2], k == K_OutMMsgHdr, text);
		return 64 + 8 + message(b + 64, 0, page(first + 3, SLOT_BEGIN), 0, k == K_OutMMsgHdr, "");
	case K_CloneArgs: return WORDS(CLONE_PIDFD | CLONE_PARENT_SETTID, to[0], to[1], to[2], SIGCHLD, 0, 0, 0);
	case K_SigInfo: *(int *)b = number; ((int *)b)[2] = SI_QUEUE; return 128;
	case K_PollFDs: ((int *)b)[0] = number; ((short *)b)[2] = POLLIN; return 8;
	case K_SigAction: return WORDS(1, 0, 0, 0);
	case K_SigStack: return WORDS(0, SS_DISABLE, 0);
	case K_SigEvent: ((int *)b)[3] = SIGEV_NONE; return 64;
	case K_CPUSet: *b = 1; return 128;
	case K_Rlimit: return WORDS(0, 0);
	case K_SchedAttr: *(u32 *)b = 48; return 48;
	case K_FutexWaitv: return WORDS(1, to[0], 2);
	case K_Flock: *(short *)b = F_WRLCK; return sizeof(struct flock);
	default: return sizes[k];
	}
}

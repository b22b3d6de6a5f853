// Cases: what is passed in place of a good argument.

#define KIND(name, class, bits)
#define ARG(name, kind) {#name, K_##kind}
#define CALL(name, number, result, n, ...) {#name, number, K_##result, n, {__VA_ARGS__}},

static const struct call {
	const char *name;
	long number;
	enum kind result;
	int n;
	struct argument {
		const char *name;
		enum kind kind;
	} arg[6];
} calls[] = {CALLS};
#undef CALL
#undef KIND

// A bad address is a number, or a place in the argument's slot, where the object is put as far as it fits.
// Or the object is all there, and what is in it is bad.
enum place { NUMBER, ODD, CUT_LAST, CUT_FIRST, UNMAPPED, NONE, READONLY, BEYOND, WORD, LONG };

static const struct {
	const char *name;
	enum place place;
	u64 value;
} addresses[] = {
	{"good", ODD, 0}, {"odd", ODD, 1}, {"null", NUMBER, 0}, {"1", NUMBER, 1}, {"unmapped", UNMAPPED}, {"none", NONE},
	{"readonly", READONLY}, {"beyond", BEYOND}, {"cut-last", CUT_LAST}, {"cut-first", CUT_FIRST},
	{"top", NUMBER, 0x7ffffffff000}, {"noncanonical", NUMBER, 1UL << 56}, {"middle", NUMBER, 1UL << 63},
	{"kernel", NUMBER, 0xffff800000000000}, {"kernel-heap", NUMBER, 0xffffc00000000000},
	{"kernel-text", NUMBER, 0xffffffff81000000}, {"-4096", NUMBER, -4096}, {"-8", NUMBER, -8}, {"-1", NUMBER, -1},
};

// A case is one call with one argument that may be bad.
struct one {
	const struct call *call;
	const char *variant;
	enum fixture on; // what the first descriptor is, if not what the recipe says
	int arg;
	const struct pointer *nested; // the address in the argument's object that is bad
	enum place place;
	u64 value;
	int offset; // of the word in the object that is bad
	char name[24];
};

enum { MOST = 16384 };
static struct one cases[MOST];
static int count;

static struct one *add(const struct one *like, const char *name, u64 value)
{
	if (count == MOST) {
		put("badargs: too many cases\n");
		flush();
		SYS(exit_group, 2);
	}
	struct one *c = &cases[count++];
	*c = *like;
	c->place = NUMBER;
	c->value = value;
	size_t n = strlen(name);
	memcpy(c->name, name, n < sizeof c->name ? n + 1 : sizeof c->name - 1);
	return c;
}

static void addressCases(const struct one *like)
{
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		add(like, addresses[i].name, addresses[i].value)->place = addresses[i].place;
}

static int thorough; // more numbers, and every call on every kind of file

// inputs are the kinds of objects that calls read, without those that are text.
static const enum kind inputs[] = {
	K_CPUSet, K_CapData, K_CapHeader, K_CloneArgs, K_EpollEvent, K_FDSet, K_Flock, K_FutexWaitv, K_Gids, K_InOutOff, K_InOutSockLen,
	K_InOutTimespec, K_InOutTimeval, K_IoVec, K_Itimerspec, K_Itimerval, K_MMsgHdr, K_MsgHdr, K_OpenHow, K_OptVal, K_OutIoVec,
	K_OutMMsgHdr, K_OutMsgHdr, K_Owner, K_PollFDs, K_Rlimit, K_SchedAttr, K_SchedParam, K_SigAction, K_SigEvent, K_SigInfo,
	K_SigSet, K_SigSetArg, K_SigStack, K_Sockaddr, K_Termios, K_Timespec, K_Timeval, K_Timezone, K_UTimespec, K_UTimeval, K_Utimbuf,
	K_Winsize, K_OutTimex, K_Words, K_Word,
};

// contentCases passes an object in which one word is bad.
static void contentCases(const struct one *like, enum kind k)
{
	static const struct {
		const char *name;
		u64 value;
		enum place place;
	} words[] = {
		{"=-1", -1, WORD}, {"=max", INT32_MAX, WORD}, {"=-1l", -1, LONG}, {"=maxl", INT64_MAX, LONG}, {"=1g", 1000000000, LONG},
		// Only if thorough:
		{"=0", 0, WORD}, {"=1", 1, WORD}, {"=min", 1UL << 31, WORD}, {"=0l", 0, LONG}, {"=minl", 1UL << 63, LONG},
		{"=1<<40", 1UL << 40, LONG},
	};
	const size_t most = thorough ? sizeof words / sizeof *words : 5;
	u8 b[1024];
	size_t i = 0;
	while (i < sizeof inputs / sizeof *inputs && inputs[i] != k)
		i++;
	if (i == sizeof inputs / sizeof *inputs)
		return;
	memset(b, 0, sizeof b);
	int n = fill(k, b, "sock", 0, NESTED);
	for (int at = 0; at + 4 <= n && at < 64; at += 4)
		for (i = 0; i < most; i++) {
			char name[24] = "+";
			if (words[i].place == LONG && (at % 8 != 0 || at + 8 > n))
				continue;
			format(name + 1, at);
			memcpy(name + strlen(name), words[i].name, strlen(words[i].name) + 1);
			struct one *c = add(like, name, words[i].value);
			c->place = words[i].place;
			c->offset = at;
		}
}

// mayChange reports whether a call may be made on a file: natively some devices are the host's own, whose attributes must stay.
static int mayChange(const struct call *c, enum fixture f)
{
	if (f != NULL_DEVICE && f != ZERO_DEVICE)
		return 1;
	return !same(c->name, "fchmod") && !same(c->name, "fchown") && !same(c->name, "fsetxattr") && !same(c->name, "fremovexattr");
}

static void fdCases(const struct one *like)
{
	add(like, "-1", -1);
	add(like, "cwd", AT_FDCWD);
	add(like, "min", INT32_MIN);
	add(like, "max", INT32_MAX);
	add(like, "1<<20", 1 << 20);
	for (int f = FILE_RDWR; f < FIXTURES; f++)
		if (mayChange(like->call, f))
			add(like, fixtureNames[f - FILE_RDWR], f);
}

// isAmount reports whether numbers of a kind say how much, so that no bit means anything of its own.
static int isAmount(enum kind k)
{
	switch (k) {
	case K_Size: case K_Off: case K_MapOff: case K_Length: case K_PlainUint64: case K_PlainInt64: case K_Hex: case K_Dev: return 1;
	default: return 0;
	}
}

// numberCases passes the extremes and every single bit, beside those of the good number.
static void numberCases(const struct one *like, enum kind k, u64 good)
{
	char name[24] = "bit";
	int bits = kinds[k].bits;
	add(like, "0", 0);
	add(like, "-1", -1);
	add(like, "min", 1UL << (bits - 1));
	add(like, "max", (1UL << (bits - 1)) - 1);
	if (bits < 64)
		add(like, "high", good | 1UL << 40);
	for (int i = 1; thorough && k != K_Pid && i < 72; i++) {
		format(name, i);
		add(like, name, i);
	}
	memcpy(name, "bit", 3);
	if (k == K_Pid || k == K_Uid || k == K_Gid || k == K_Msec)
		return;
	for (int i = 0; i < bits; i++) {
		if (!thorough && isAmount(k) && i % 12 != 0 && i != 31 && i != 47 && i < 62)
			continue;
		format(name + 3, i);
		add(like, name, good ^ 1UL << i);
	}
}

// recipe returns the special argument for a call, if there is one.
static const struct special *recipe(const struct call *c, const char *variant, const char *arg)
{
	for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
		const struct special *s = &specials[i];
		if (same(s->call, c->name) && same(s->variant, variant) && same(s->arg, arg))
			return s;
	}
	return NULL;
}

static int isObject(u64 v) { return v >> 48 == 0xb0b0; }

// objectOf returns the kind of the object that an argument points to, or K_None.
static enum kind objectOf(const struct call *c, const char *variant, int arg)
{
	const struct special *s = recipe(c, variant, c->arg[arg].name);
	enum kind k = c->arg[arg].kind;
	if (s && isObject(s->value))
		return s->value & 0xffff;
	if (kinds[k].class == ADDRESS && (!s || s->text || s->value))
		return k;
	return K_None;
}

// goodNumber returns the good argument of a call, where it is a number.
static u64 goodNumber(const struct call *c, const char *variant, int arg)
{
	const struct special *s = recipe(c, variant, c->arg[arg].name);
	if (s)
		return s->value;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (numbers[i].kind == c->arg[arg].kind)
			return numbers[i].value;
	return 0;
}

static u64 resolve(u64 v)
{
	int id = 0;
	switch (v) {
	case SELF: return SYS(getpid);
	case TIMER_ID:
		must("timer_create", SYS(timer_create, CLOCK_MONOTONIC, 0, P(&id)));
		return id;
	}
	if (v >= FILE_RDWR && v < FIXTURES)
		need(v);
	return v;
}

// argumentCases adds all cases for an argument. Those of numbers are the same in every variant, and are not repeated.
static void argumentCases(const struct call *c, const char *variant, enum fixture on, int arg)
{
	struct one like = {c, variant, on, arg};
	enum kind k = c->arg[arg].kind, o = objectOf(c, variant, arg);
	if (kinds[k].class == ADDRESS || o != K_None)
		addressCases(&like);
	contentCases(&like, o);
	for (int i = 0; i < POINTERS; i++) {
		like.nested = &pointers[i];
		if (pointers[i].in != o)
			continue;
		addressCases(&like);
		contentCases(&like, pointers[i].to);
	}
	like.nested = NULL;
	if (*variant || on || kinds[k].class == ADDRESS)
		return;
	if (k == K_FD || k == K_DirFD)
		fdCases(&like);
	else
		numberCases(&like, k, resolve(goodNumber(c, variant, arg)));
}

// firstFD returns which argument of a call is its first descriptor, -1 if none is.
static int firstFD(const struct call *c)
{
	for (int i = 0; i < c->n; i++)
		if (c->arg[i].kind == K_FD)
			return i;
	return -1;
}

// callCases lists all cases for a call.
static void callCases(const struct call *c)
{
	count = 0;
	for (int i = 0; i < c->n; i++)
		argumentCases(c, "", 0, i);
	const char *last = "";
	for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
		const struct special *s = &specials[i];
		if (!same(s->call, c->name) || same(s->variant, last))
			continue;
		last = s->variant;
		for (int a = 0; *last && a < c->n; a++)
			argumentCases(c, last, 0, a);
	}
	for (int f = FILE_RDWR; thorough && f < CLOSED && firstFD(c) >= 0; f++)
		for (int a = 0; a < c->n && mayChange(c, f); a++)
			argumentCases(c, "", f, a);
}

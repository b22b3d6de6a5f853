// Random calls: any arguments, several bad ones at once, one call after the other in one process.

static u64 state;

static u64 random(u64 n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % n;
}

// harmless reports whether a call with any arguments ends no other process than the caller.
static int harmless(const char *name)
{
	static const char *const list[] = {
		"kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal", "prlimit64", "reboot",
	};
	return !LISTED(list, name);
}

static u64 randomNumber(const struct call *c, int arg)
{
	enum kind k = c->arg[arg].kind;
	u64 good = resolve(goodNumber(c, "", arg));
	if (k == K_FD || k == K_DirFD)
		return resolve(FILE_RDWR + random(FIXTURES - FILE_RDWR + 1));
	switch (random(6)) {
	case 0: return random(80);
	case 1: return good ^ 1UL << random(64);
	case 2: return -random(5000);
	case 3: return 1UL << random(64);
	case 4: return random(1UL << random(64));
	default: return good;
	}
}

static u64 randomArgument(const struct call *c, int arg)
{
	struct one one = {c, "", 0, arg};
	if (random(2)) {
		one.arg = -1;
		return argument(&one, arg);
	}
	if (kinds[c->arg[arg].kind].class != ADDRESS)
		return randomNumber(c, arg);
	size_t i = random(sizeof addresses / sizeof *addresses + 4);
	if (i >= sizeof addresses / sizeof *addresses) {
		one.place = LONG;
		one.offset = 8 * random(8);
		one.value = random(2) ? -random(100) : 1UL << random(64);
	} else {
		one.place = addresses[i].place;
		one.value = addresses[i].value;
	}
	return argument(&one, arg);
}

// randomChild makes calls until it has made enough, or one ends it.
static void randomChild(int n)
{
	quiet = 1; // what it needs may have become impossible
	drop(1UL << CAP_SYS_ADMIN);
	SYS(setsid);
	for (int i = 0; i < n; i++) {
		const struct call *c = &calls[random(sizeof calls / sizeof *calls)];
		u64 a[6] = {0};
		results->at = i;
		if (!harmless(c->name))
			continue;
		for (int j = 0; j < c->n; j++)
			a[j] = randomArgument(c, j);
		switch (c->number) {
		case __NR_clone: case __NR_clone3: case __NR_fork: case __NR_vfork: callChild(c->number, a); break;
		default: call6(c->number, a);
		}
	}
	SYS(exit_group, 0);
}

// runRandom makes n processes do that.
static void runRandom(u64 seed, int n)
{
	enum { calls = 100 };
	for (int i = 0; i < n; i++) {
		char dir[40] = WORK "/";
		format(dir + strlen(dir), i);
		must("mkdir", SYS(mkdir, P(dir), 0755));
		must("chdir", SYS(chdir, P(dir)));
		state = seed * 1000003 + i + 1;
		tree();
		memset(results, 0, sizeof results->of[0] * calls + sizeof results->at);
		long pid = must("fork", SYS(fork));
		if (pid == 0)
			randomChild(calls);
		await(pid);
	}
	put("survived\n");
}

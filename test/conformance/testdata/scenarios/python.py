# What python3 programs ask of a kernel: processes, threads, asyncio, shared memory, descriptors, signals, terminals.
import array, asyncio, concurrent.futures, contextlib, fcntl, mmap, multiprocessing, os, pty, resource, select, signal, socket
import subprocess, sys, tempfile, termios, threading, time
from multiprocessing import shared_memory


def section(name):
    print("--", name, flush=True)


def square(n):
    return n * n


def fill(queue, n):
    for i in range(n):
        queue.put(i)


def in_shared(name):
    m = shared_memory.SharedMemory(name=name)
    m.buf[0] += 1
    m.close()


def processes():
    section("subprocess")
    r = subprocess.run(["/bin/sh", "-c", "cat; echo err >&2; exit 3"], input=b"in", capture_output=True)
    print(r)
    try:
        subprocess.run(["/no/such"])
    except FileNotFoundError as e:
        print(e)
    try:
        subprocess.run(["sleep", "60"], timeout=0.2)
    except subprocess.TimeoutExpired as e:
        print(e.cmd)
    p1 = subprocess.Popen(["seq", "1000"], stdout=subprocess.PIPE)
    p2 = subprocess.Popen(["sort", "-rn"], stdin=p1.stdout, stdout=subprocess.PIPE)
    p1.stdout.close()
    out = p2.communicate()[0].split()
    print(len(out), out[0], out[-1], p1.wait(), p2.returncode)
    p = subprocess.Popen(["cat"], stdin=subprocess.PIPE, start_new_session=True, preexec_fn=lambda: os.umask(0o27))
    os.killpg(p.pid, signal.SIGKILL)
    print(p.wait())
    pid = os.posix_spawn("/bin/echo", ["echo", "spawned"], {"A": "1"}, setpgroup=0, setsigdef=[signal.SIGPIPE])
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    print(os.popen("echo popen").read(), os.system("exit 4") >> 8)


def multi(method):
    section("multiprocessing " + method)
    c = multiprocessing.get_context(method)
    with c.Pool(3) as pool:
        print(pool.map(square, range(8)), pool.apply_async(square, (9,)).get(30))
    q = c.Queue()
    p = c.Process(target=fill, args=(q, 5))
    p.start()
    print([q.get(timeout=30) for _ in range(5)])
    p.join()
    v, lock = c.Value("i", 0), c.Lock()
    ps = [c.Process(target=add, args=(v, lock, 50)) for _ in range(4)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(v.value, [p.exitcode for p in ps])
    a, b = c.Pipe()
    p = c.Process(target=talk, args=(b,))
    p.start()
    a.send({"x": [1, 2]})
    print(a.recv())
    p.join()
    m = shared_memory.SharedMemory(create=True, size=5000)
    m.buf[0] = 7
    p = c.Process(target=in_shared, args=(m.name,))
    p.start()
    p.join()
    print(m.buf[0], p.exitcode)
    m.close()
    m.unlink()
    p = c.Process(target=time.sleep, args=(60,))
    p.start()
    p.terminate()
    p.join()
    print(p.exitcode)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=c) as e:
        print(list(e.map(square, range(5))))


def add(v, lock, n):
    for _ in range(n):
        with lock:
            v.value += 1


def talk(conn):
    conn.send(conn.recv()["x"] * 2)


def threads():
    section("threading")
    total, lock, done = [0], threading.Lock(), threading.Barrier(9)

    def work():
        for _ in range(200):
            with lock:
                total[0] += 1
        done.wait()

    ts = [threading.Thread(target=work) for _ in range(8)]
    for t in ts:
        t.start()
    done.wait()
    for t in ts:
        t.join()
    print(total[0], threading.active_count())
    ready, seen = threading.Condition(), []

    def consume():
        with ready:
            while len(seen) < 3:
                ready.wait()
            print("seen", seen)

    t = threading.Thread(target=consume)
    t.start()
    for i in range(3):
        with ready:
            seen.append(i)
            ready.notify()
    t.join()
    print(threading.Event().wait(0.01), threading.Lock().acquire(timeout=0.01))
    with concurrent.futures.ThreadPoolExecutor(4) as e:
        print(sum(e.map(square, range(100))))


async def tick(n, out):
    for i in range(3):
        await asyncio.sleep(0.02 * n)
    out.append(n)


async def serve(path):
    async def handle(r, w):
        while line := await r.readline():
            w.write(line.upper())
            await w.drain()
        w.close()

    server = await asyncio.start_unix_server(handle, path)

    async def client(n):
        r, w = await asyncio.open_unix_connection(path)
        w.write(b"client %d\n" % n)
        w.write_eof()
        line = await r.read()
        w.close()
        return line

    print(await asyncio.gather(*(client(n) for n in range(10))))
    server.close()
    await server.wait_closed()


async def loop():
    out = []
    await asyncio.gather(*(tick(n, out) for n in (3, 1, 2)))
    print(out)
    with tempfile.TemporaryDirectory() as d:
        await serve(d + "/s")
    p = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
    print(await p.communicate(b"through cat"), p.returncode)
    p = await asyncio.create_subprocess_shell("kill -TERM $$")
    print(await p.wait())
    got = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, got.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await got.wait()
    print(await asyncio.to_thread(square, 12))
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.05)
    except asyncio.TimeoutError:
        print("timeout")


def descriptors():
    section("descriptors")
    a, b = socket.socketpair()
    r, w = os.pipe()
    socket.send_fds(a, [b"fd"], [w])
    os.close(w)
    msg, fds, flags, addr = socket.recv_fds(b, 10, 4)
    os.write(fds[0], b"passed")
    os.close(fds[0])
    print(msg, os.read(r, 100), os.read(r, 100))
    ep = select.epoll()
    ep.register(b, select.EPOLLIN | select.EPOLLET)
    print(ep.poll(0))
    a.send(b"x")
    print([e for _, e in ep.poll(5)], ep.poll(0))
    print(select.select([b], [a], [], 0)[0] == [b])
    with tempfile.TemporaryFile() as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        fcntl.lockf(f, fcntl.LOCK_EX, 10, 5)
        f.write(b"0123456789" * 1000)
        f.flush()
        m = mmap.mmap(f.fileno(), 0)
        m[5000:5003] = b"abc"
        m.resize(20000)
        print(os.pread(f.fileno(), 6, 4998), os.fstat(f.fileno()).st_size)
        print(os.sendfile(a.fileno(), f.fileno(), 0, 300), len(b.recv(1000)))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, hard))
    with contextlib.ExitStack() as s:
        try:
            while True:
                s.enter_context(open("/dev/null"))
        except OSError as e:
            print(e)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    size = array.array("i", [9])
    fcntl.ioctl(b, termios.FIONREAD, size)
    print(size)


def signals():
    section("signals")
    n = [0]
    signal.signal(signal.SIGALRM, lambda *a: n.__setitem__(0, n[0] + 1))
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    while n[0] < 5:
        signal.pause()
    signal.setitimer(signal.ITIMER_REAL, 0)
    print("alarms")
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    os.kill(os.getpid(), signal.SIGUSR2)
    print(signal.sigpending(), signal.sigwaitinfo([signal.SIGUSR2]).si_signo, signal.sigtimedwait([signal.SIGUSR2], 0.01))


def terminal():
    section("terminal")
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp("sh", ["sh", "-c", "stty size 2>/dev/null || echo no stty; test -t 0 && tty >/dev/null && read x && echo got $x"])
    os.write(fd, b"hello\n")
    out = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(fd, 1000):
            out += chunk
    print(out.replace(b"hello\r\n", b"", 1), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    processes()
    for method in sys.argv[1:] or ("fork", "spawn", "forkserver"):
        multi(method)
    threads()
    section("asyncio")
    asyncio.run(loop())
    descriptors()
    signals()
    terminal()

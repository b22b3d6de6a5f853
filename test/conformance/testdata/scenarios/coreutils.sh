# The tools, each a process: files, links, times, modes, pipes, sorting, timeouts.
cd /tmp; export LC_ALL=C TZ=UTC
seq 1 50000 | sort --parallel=4 -S 1M -rn | head -n 2
seq 100 | sort -R | sort -n | md5sum
seq 1000 >n; split -l 300 n part; ls part*; cat part* | cmp - n && echo same
split -n 3 n third; cat third* | cmp - n && echo same; csplit -s n 500; wc -l xx00 xx01
ln n hard; ln -s n soft; ln -sf soft soft2; stat -c '%h %F' n soft; readlink -f soft2; realpath --relative-to=/usr /tmp/n
mv -n hard n && mv hard moved; mv -b moved n 2>/dev/null; ls n*
cp -a n copy; cp --reflink=auto n copy2; cp --sparse=always n copy3; cmp copy copy3 && echo same
mkdir -p t/a/b; echo x >t/a/b/f; cp -r t t2; rm -r t; test -e t || find t2 | sort
install -D -m 640 -o 1 -g 2 n i/j/k; stat -c '%a %u %g %s' i/j/k
chmod u+x,g=r,o= n; stat -c %A n; chmod 1777 t2; stat -c %A t2; chown 3:4 n; stat -c %u:%g n
touch -d '2001-02-03 04:05:06.789' n; stat -c '%y %Y' n; touch -r n copy; stat -c %Y copy; date -u -d @1000000000 +%F
truncate -s 1M big; stat -c '%s %b' big; du --apparent-size -k big; shred -u -n 1 -s 4096 copy2; test -e copy2 || echo shredded
mkfifo f; mknod g p; (echo through >f) & cat f; wait; stat -c %F f g
dd if=n of=o bs=100 skip=2 count=3 conv=notrunc,fsync status=none; wc -c <o; head -c 50 o | tail -c 10 | od -An -c
(for i in 1 2 3; do echo line $i; sleep 0.1; done >log) & p=$!; sleep 0.05; timeout 10 tail -f --pid=$p -s 0.1 log; wait
# shows waits until tail has said something.
shows() { for _ in $(seq 1000); do grep -q "$1" seen && return; sleep 0.01; done; echo "no $1"; }
echo one >log; tail -f log >seen 2>&1 & p=$!; shows one; echo two >>log; shows two; echo three >>log; shows three; kill $p; wait $p; echo $?; cat seen
echo one >log; tail -F log >seen 2>&1 & p=$!; shows one; mv log old; shows inaccessible; echo two >new; mv new log; shows two
echo three >>log; shows three; kill $p; wait $p; echo $?; cat seen; rm -f log old seen
timeout 0.1 sleep 60; echo $?; { timeout -s KILL 0.1 sleep 60; } 2>/dev/null; echo $?; timeout --preserve-status -s INT 0.1 sleep 60; echo $?
timeout 60 true; echo $?; env -i A=b env; env -u PATH /usr/bin/printenv PATH; echo $?
nice -n 5 nice; nohup echo hup 2>/dev/null; stdbuf -oL echo line; nproc --ignore=1000
sync n; sync -f n; df --output=target / | tail -n 1; who; users; logname 2>/dev/null || echo nobody; id -u; tty
echo a b c | tr ' ' '\n' | tac | paste -s -d+ ; printf '%s\n' 1 2 3 | paste -s -d+ ; factor 1234567890; seq -s, 1 0.5 3; expr 7 '*' 6
base64 <<<hello; sha512sum n | cut -c1-20; b2sum n | cut -c1-20; cksum n; sum -s n; md5sum n >sums; md5sum -c sums
comm -12 <(seq 1 5) <(seq 3 8); join <(printf '1 a\n2 b\n') <(printf '1 x\n2 y\n'); uniq -d <<<$'a\na\nb'; cut -d: -f2 <<<a:b:c
yes | head -n 3; fold -w 5 <<<abcdefgh; nl <<<x; expand <<<$'a\tb'; fmt -w 10 <<<'a b c d e f g h'; pr -t -2 <<<$'1\n2'; tsort <<<'a b b c'; shuf -i 1-5 | sort | tr -d '\n'; echo
ls -la / | head -n 0; ls -i n | wc -l; ls -d --sort=none /tmp; dir n; vdir n | cut -c1-10; mktemp -u XXX | wc -c; pathchk n && echo ok
chroot / /bin/echo chrooted; sleep 0.01s; test -p f && [ -L soft ] && echo test; link n lnk; unlink lnk; rmdir i 2>/dev/null; echo $?
tee a1 a2 <<<both >/dev/null; cat a1 a2; numfmt --to=iec 1048576; hostid | wc -c; uname -s -m; arch; pinky >/dev/null 2>&1; stty </dev/null 2>&1 | head -n 0; runcon 2>/dev/null; echo $?
cat n | head -c 5 | wc -c; seq 100000 | head -n 1; (seq 100000; echo $? >&2) 2>st | head -n 1; cat st
kill -l TERM; kill -0 $$ && echo alive; rm -f n part* third* xx*; ls | tr '\n' ' '

# One process for each applet: pipelines, a background job, a trap, archives.
set -e
cd /tmp
mkdir bin && busybox --install -s bin && PATH=/tmp/bin
mkdir -p d/e && echo one >d/a && echo two >d/e/b && ln -s a d/l
tar cf - d | gzip | gunzip | tar tf - | sort
tar czf d.tgz d && mkdir x && tar xzf d.tgz -C x && cat x/d/l x/d/e/b
find x -type f | xargs wc -c | sed 's/^ *//' | sort
trap 'echo usr1' USR1
kill -USR1 $$
(sleep 0.1; echo child; exit 5) &
p=$!
wait $p || echo status $?
seq 1 300 | grep 7 | awk '{ s += $1 } END { print s }'
i=0
while [ $i -lt 20 ]; do i=$((i + 1)); echo $i; done | sort -rn | head -n 3 | tr '\n' ' '
echo
mkfifo p
cat p & echo through >p
wait
cp -r d c && rm -r d/e && rmdir x/d/e 2>&1 || echo not empty
diff -r c d >/dev/null || echo differ
echo $(cat /proc/self/stat | cut -d' ' -f2)
sh -c 'echo $PPID' | grep -q "^$$\$" && echo parent
md5sum c/a; sha1sum c/e/b
vi --help 2>&1 | head -n 0
yes | head -n 1000 | uniq -c | sed 's/^ *//'
dd if=/dev/zero bs=4k count=100 2>/dev/null | wc -c
timeout 1 sleep 60 || echo timeout $?
printf '%s\n' b c a | sort | paste -s -d, -

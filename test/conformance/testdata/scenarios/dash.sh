# Traps, subshells, job control, here-documents.
trap 'echo trapped INT' INT
trap 'echo trapped TERM' TERM
kill -INT $$
kill -s TERM $$
trap - INT TERM
(exit 3); echo $?
(trap 'echo inner; exit 4' EXIT; false); echo $?
x=$(echo a; exit 6); echo "$x $?"
cat <<A
$x $((6 * 7)) $(echo nested $(echo deep))
A
cat <<-'B'
	$x
B
sleep 60 & p=$!
kill $p
wait $p; echo $?
(kill -STOP $(sh -c 'echo $PPID'); echo continued; exit 2) & p=$!
sleep 0.3
cut -d' ' -f3 /proc/$p/stat
kill -CONT $p
wait $p; echo $?
{ sh -c 'kill -SEGV $$'; echo $?; sh -c 'kill -KILL $$'; echo $?; } 2>/dev/null
f() { local v=$1; [ $v -eq 0 ] || { f $((v - 1)); echo $v; }; }
f 3
echo a:b:c | { IFS=: read p q r; echo $r$q$p; }
set -- 1 2 3; shift; echo $# $*
case foo in f*) echo match ;; esac
for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done
exec 3>/tmp/out; echo three >&3; exec 3>&-; cat /tmp/out
echo to stderr >&2 2>/dev/null
command -v nosuch || echo $?
/no/such 2>/dev/null; echo $?
/etc 2>/dev/null; echo $?
umask 027; : >/tmp/m; ls -l /tmp/m | cut -c1-10
times >/dev/null && echo times
ulimit -n 64; ulimit -n
printf '%05d %s %x\n' 42 str 255
eval 'y="a b"'; set -- $y; echo $2
while read a b; do echo "$b $a"; done <<C
1 2
3 4
C
set -e
(false; echo no) || echo failed
exit 9

# Process substitution, coprocesses, job control, arrays, traps.
diff <(printf '1\n2\n3\n') <(printf '1\n3\n'); echo $?
coproc C { while read x; do echo "<$x>"; done; }
echo one >&"${C[1]}"; read -r y <&"${C[0]}"; echo "$y"
eval "exec ${C[1]}>&-"; wait "$C_PID"; echo $?
trap 'n=$((n + 1))' CHLD
n=0; for i in 1 2 3; do /bin/true; done; [ $n -ge 3 ] && echo children seen
trap - CHLD
trap 'echo got INT' INT; kill -INT $$; trap - INT
set -m
sleep 60 & p=$!
kill -STOP $p; sleep 0.2; jobs %% | sed 's/  */ /g'
kill -CONT $p; sleep 0.2; kill -TERM $p; wait $p; echo $?
(sleep 0.2; exit 7) & wait -n; echo $?
cat /dev/zero >/dev/null & disown %%; kill $!; sleep 0.1
set +m
{ bash -c 'kill -SEGV $$'; } 2>/dev/null; echo $?
mapfile -t lines < <(seq 5); echo "${#lines[@]} ${lines[4]}"
declare -A m=([a]=1 [b]=2); for k in a b; do echo -n "$k=${m[$k]} "; done; echo
seq 20 | xargs -P4 -n1 sh -c 'exit 0' && echo xargs
seq 3 | xargs -I{} sh -c 'exit {}'; echo $?
echo {1..5} {a..c}{1,2} ${lines[@]:1:2} "${lines[*]/3/x}"
[[ abc =~ ^(a)(.)c$ ]] && echo "${BASH_REMATCH[2]}"
printf -v v '%q' "a b'c"; echo "$v"
exec {fd}<>/tmp/rw; echo text >&$fd; cat /tmp/rw; exec {fd}>&-
echo x | tee >(cat >/tmp/t1) >(cat >/tmp/t2) >/dev/null; sleep 0.3; cat /tmp/t1 /tmp/t2
f() { trap 'echo returned' RETURN; return 5; }; f; echo $?
( set -o pipefail; false | true ); echo $?
false | (exit 3) | true; echo "${PIPESTATUS[*]}"
read -t 0.1 z < <(sleep 1); echo $((r = $? > 128))
(sleep 0.1; kill -USR1 $$) & trap 'echo usr1' USR1; wait; echo $?; wait
set -o posix; set +o posix; shopt -s extglob nullglob
echo /no/such/*; case ab in +([ab])) echo ext ;; esac
timeout 5 bash -c 'i=0; while ((i < 20000)); do ((i++)); done; echo $i'
exec 4< <(echo fourth); cat <&4
bash -c 'echo "$0 $1"; exit 12' name arg; echo $?
( ulimit -s 256; bash -c 'echo small stack' )
time -p true 2>/dev/null
TIMEFORMAT=; time sleep 0.01
(echo deep; (echo deeper; (echo deepest) ) ) | while read w; do echo "$w"; done
trap 'echo bye; exit 3' EXIT
kill -TERM $BASHPID & wait $!
exit 0

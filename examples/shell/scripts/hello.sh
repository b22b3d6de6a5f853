echo "Hello from $WHO, process $$."
echo "change me" 2>/dev/null >/srv/hello.sh || echo "/srv cannot be written."
for i in 1 2 3; do (exit $i) & wait $!; echo "child $i ended with $?"; done

package conformance_test

import (
	"testing"
	"time"

	"cairn/test/harness"
)

// TestRuntimes runs what language runtimes and servers do with processes, threads, signals and memory, in a machine
// and natively. Their packages are large: scripts/setup runtimes fetches them.
func TestRuntimes(t *testing.T) {
	skipUnless(t, false)
	for _, test := range []struct {
		name, script string
	}{
		{"node", `node -e '
const { execSync, spawn } = require("child_process"), { Worker } = require("worker_threads"), fs = require("fs");
console.log([1, 2, 3].map(x => x * 2), execSync("echo child").toString());
fs.writeFileSync("/tmp/f", "text"); console.log(fs.readFileSync("/tmp/f", "utf8"));
new Worker("require(\"worker_threads\").parentPort.postMessage(42)", { eval: true }).on("message", m => {
  console.log("worker", m);
  const p = spawn("cat", { stdio: ["pipe", "inherit", "inherit"] });
  p.on("exit", (code, signal) => console.log("cat ended", code, signal));
  p.stdin.end("through a pipe\n");
});
process.on("SIGUSR2", () => console.log("signal")); process.kill(process.pid, "SIGUSR2"); setTimeout(() => {}, 100);'`},
		{"java", `cd /tmp && k=$(echo /usr/lib/jvm/java-17-openjdk-amd64/bin/keytool)
$k -genkeypair -alias a -keyalg EC -dname CN=x -storepass secret1 -keystore s 2>/dev/null; echo $?
$k -list -storepass secret1 -keystore s 2>/dev/null | grep -c PrivateKeyEntry`},
		{"ruby", `ruby -e 'puts %x(echo sub); t = 4.times.map { |i| Thread.new { i * i } }; p t.map(&:value)
r, w = IO.pipe; pid = fork { r.close; w.puts "child"; exit 3 }; w.close; puts r.read; Process.wait pid; p $?.exitstatus
trap("USR1") { puts "usr1" }; Process.kill("USR1", $$); sleep 0.1; begin; Process.kill(0, 99999); rescue => e; p e.class; end'`},
		{"lua", `lua5.4 -e 'local p = io.popen("echo from a pipe"); print(p:read("a")); print(p:close()); print(os.execute("exit 7"))'`},
		{"redis", `redis-server --port 0 --unixsocket /tmp/s --daemonize yes --save "" --appendonly yes --dir /tmp >/dev/null
c="redis-cli -s /tmp/s"; until $c ping 2>/dev/null; do sleep 0.1; done
$c set k v; $c get k; i=0; while [ $i -lt 200 ]; do echo "lpush list $i"; i=$((i + 1)); done | $c >/dev/null; $c llen list
$c bgsave; until [ -e /tmp/dump.rdb ]; do sleep 0.1; done; $c bgrewriteaof >/dev/null; $c eval 'return redis.call("get", "k")' 0; $c shutdown; echo $?`},
	} {
		t.Run(test.name, func(t *testing.T) {
			harness.Both(t, harness.Program{
				Args: []string{"/bin/dash", "-c", test.script}, Root: harness.Debian(t, "runtimes"),
				Flags: []string{"-M", "1500M"}, Limit: 5 * time.Minute,
			})
		})
	}
}

# Sourced by the benches that hold a node against the limit of ingest: both are started in $work,
# each on a port of loopback, and stopped with the script. Needs $build and $limit.

[ -f "$limit/ingest.c" ] || { echo "skipped: $limit/ingest.c is not there"; exit 77; }

work=$(mktemp -d)
node_pid='' limit_pid=''
clean() {
    for pid in $node_pid $limit_pid; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap clean EXIT

secret=0123456789abcdef0123456789abcdef
(umask 077; printf '%s\n' "$secret" >"$work/secret")

# The limit, with one HTTP thread as the node has.
start_limit() {
    gcc -O2 -w -I"$limit" -o "$work/limit" "$limit/ingest.c" -lmicrohttpd -levent \
        -levent_pthreads -llmdb -lmsgpackc -lcjson -lcrypto -lpthread
    limit_port=$((20000 + RANDOM % 20000))
    (cd "$work" && exec ./limit ev "$limit_port" 1 split 0 "$work/limit.store") \
        2>"$work/limit.log" &
    limit_pid=$!
    sleep 0.5
}

# The node, alone in its mesh.
start_node() {
    "$build/entrepot" init --found --dir "$work/node" --name Bench --warehouse BEN \
        --address tcp://127.0.0.1:1 >"$work/card"
    printf '[carrier easypost]\nsecret_file = %s\n' "$work/secret" >"$work/node/entrepot.conf"
    "$build/entrepot" node --dir "$work/node" --set http.port=0 \
        --set 'mesh.bind=tcp://127.0.0.1:*' --set log.level=warn 2>"$work/node.log" &
    node_pid=$!
    for _ in $(seq 100); do [ -s "$work/node/run/ports" ] && break; sleep 0.1; done
    node_port=$(sed -n 's/^http=\([0-9][0-9]*\)$/\1/p' "$work/node/run/ports")
}

# Processor time a process has used so far, in µs (ticks of 10 ms).
cpu_us() { awk '{ print ($14 + $15) * 10000 }' "/proc/$1/stat"; }
field() { sed "s/.*$2 \([0-9]*\).*/\1/" <<<"$1"; }
thousandths() { printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); }

#!/bin/sh
# First process of the test guest: runs Cove under a unified cgroup hierarchy.
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /tmp
mkdir -p /dev/pts /tmp/var
mount -t devpts devpts /dev/pts
for m in /lib/modules/*; do insmod "$m"; done
export PATH=/bin
cove="cove --root /tmp/var/root --run-root /tmp/var/run"
check() {
    name=$1
    shift
    if out=$("$@" 2>&1); then echo "ok $name"; else echo "not ok $name: $out"; fi
}
holds() {
    name=$1 want=$2
    shift 2
    out=$("$@" 2>&1)
    if [ "$out" = "$want" ]; then echo "ok $name"; else echo "not ok $name: wanted '$want', got '$out'"; fi
}
uname -r
mkdir -p /tmp/tree/bin
cp /bin/busybox /tmp/tree/bin/
for a in sh cat sleep true echo tail; do ln -s busybox /tmp/tree/bin/$a; done
tar -C /tmp/tree -cf /tmp/tree.tar .
check "import" $cove import /tmp/tree.tar box
holds "run" "hello" $cove run --rm box echo hello
holds "memory limit" "33554432" $cove run --rm --memory 32m --cgroupns private -v /sys/fs/cgroup:/c:ro box sh -c 'cat /c/cove/*/memory.max'
holds "pids limit" "17" $cove run --rm --pids-limit 17 -v /sys/fs/cgroup:/c:ro box sh -c 'cat /c/cove/*/pids.max'
$cove run --rm --memory 16m box tail /dev/zero
[ $? = 137 ] && echo "ok out of memory" || echo "not ok out of memory"
check "detached" $cove run -d --name d box sleep 100
check "pause" $cove pause d
check "unpause" $cove unpause d
holds "exec" "in" $cove exec d echo in
check "remove" $cove rm -f d
check "fsck" $cove system fsck
holds "nothing left" "" sh -c 'find /sys/fs/cgroup/cove -mindepth 1 -type d 2>/dev/null'
echo "guest done"
reboot -f

"""Load on `alam serve` by loopback: python3 tests/serve/load.py target/release/alam WHAT [SECONDS]

WHAT is throughput, latency, idle, killed, hostile or hour. The standard library alone; articles are made of the sentences of
`alam bench`, 254 words each or so. Clients take processor time of the same machine: what is printed is the least that it does.
"""

import asyncio
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time

ALAM, WHAT = sys.argv[1:3]
SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 15
SENTENCES = (pathlib.Path(__file__).parents[2] / "src/cli/commands/bench/sentences.txt").read_text().splitlines()


def articles(count, seed=1):
    """Texts of twelve sentences or so."""
    draw = random.Random(seed)
    sentences = [line for line in SENTENCES if line and not line.startswith("#")]
    def article():
        text = ""
        while len(text.split()) < 254:
            text += draw.choice(sentences) + (" " if draw.random() < 0.8 else "\n")
        return text.strip()
    return [article() for _ in range(count)]


class Service:
    """`alam serve` on a port that is free."""

    def __init__(self, *flags):
        command = [ALAM, "serve", "--listen", "127.0.0.1:0", "-q", *flags]
        begin = time.monotonic()
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.port = int(json.loads(self.process.stderr.readline())["listen"].rsplit(":", 1)[1])
        self.ready = time.monotonic() - begin

    def memory(self):
        """MiB that it holds."""
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

    def files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        self.process.terminate()
        status = self.process.wait(60)
        rest = self.process.stderr.read()
        assert status == 0 and "panic" not in rest, (status, rest)


def request(text):
    body = json.dumps({"text": text}, ensure_ascii=False).encode()
    return f"POST /v1/tag HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


async def ask(reader, writer, wire):
    """The status of an answer, which is read whole."""
    writer.write(wire)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


async def closed(port, wires, clients, seconds):
    """Requests a second of clients that ask as soon as they are answered."""
    until, counts = time.monotonic() + seconds, []

    async def client(number):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = number
        while time.monotonic() < until:
            assert await ask(reader, writer, wires[count % len(wires)]) == 200
            count += clients
        writer.close()
        return (count - number) // clients

    begin = time.monotonic()
    counts = await asyncio.gather(*(client(number) for number in range(clients)))
    return sum(counts) / (time.monotonic() - begin)


async def open_loop(port, wires, rate, seconds):
    """Seconds that requests took which come at random at a rate, whether those before are answered or not."""
    draw, times, free, tasks = random.Random(2), [], [], []

    async def one(wire, due):
        reader, writer = free.pop() if free else await asyncio.open_connection("127.0.0.1", port)
        status = await ask(reader, writer, wire)
        times.append(time.monotonic() - due)
        free.append((reader, writer))
        assert status == 200, status

    due, until = time.monotonic(), time.monotonic() + seconds
    while due < until:
        due += draw.expovariate(rate)
        await asyncio.sleep(max(0, due - time.monotonic()))
        tasks.append(asyncio.create_task(one(draw.choice(wires), due)))
    await asyncio.gather(*tasks)
    return sorted(times)


def of_alam_tag(texts):
    """Articles a second of `alam tag` on the same texts, start included."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
        file.flush()
        begin = time.monotonic()
        subprocess.run([ALAM, "tag", "-q", file.name], stdout=subprocess.DEVNULL, check=True)
        return len(texts) / (time.monotonic() - begin)


def throughput():
    texts = articles(2000)
    wires = [request(text) for text in texts]
    service = Service()
    print(f"ready after {service.ready * 1000:.0f} ms")
    asyncio.run(closed(service.port, wires, 64, 2))
    tag, serve = [], []
    for _ in range(3):
        tag.append(of_alam_tag(texts))
        serve.append(asyncio.run(closed(service.port, wires, 64, SECONDS)))
        print(f"alam tag {tag[-1]:.0f} articles/s, alam serve with 64 clients {serve[-1]:.0f}")
    tag, serve = sorted(tag)[1], sorted(serve)[1]
    print(f"medians {tag:.0f} and {serve:.0f}: {serve / tag:.3f}; memory {service.memory():.0f} MiB")
    service.stop()


def latency():
    wires = [request(text) for text in articles(500)]
    service = Service()
    full = asyncio.run(closed(service.port, wires, 64, 5))
    print(f"all of it: {full:.0f} requests/s")
    for part in (0.1, 0.5, 0.9):
        times = asyncio.run(open_loop(service.port, wires, full * part, SECONDS))
        at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1000
        print(f"{part:.1f} of it ({full * part:.0f}/s, {len(times)} requests): p50 {at(0.5):.1f} ms, p99 {at(0.99):.1f} ms")
    service.stop()


async def idle_connections(service, count):
    before = service.memory()
    kept = []
    for _ in range(count):
        kept.append(await asyncio.open_connection("127.0.0.1", service.port))
    wires = [request(text) for text in articles(50)]
    rate = await closed(service.port, wires, 16, 3)
    print(f"{count} connections open and idle: {service.memory() - before:.0f} MiB more, {service.files()} files, {rate:.0f} requests/s of 16 others")
    for _, writer in kept:
        writer.close()


def idle():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(10_000, hard - 200)
    service = Service("--max-connections", str(count + 100), "--head-seconds", "300")
    asyncio.run(idle_connections(service, count))
    time.sleep(1)
    print(f"closed: {service.files()} files")
    service.stop()


def killed():
    """Clients that are killed in the middle of what they ask."""
    service = Service()
    code = (
        "import socket,sys;s=socket.create_connection(('127.0.0.1',int(sys.argv[1])));b=open(sys.argv[2],'rb').read()\n"
        "while 1:\n s.sendall(b[:int(sys.argv[3])])\n s.recv(1)\n"
    )
    until, count = time.monotonic() + SECONDS, 0
    with tempfile.NamedTemporaryFile() as file:
        wire = request(articles(1)[0] * 20)
        file.write(wire)
        file.flush()
        before = service.files()
        while time.monotonic() < until:
            size = random.choice([30, 200, len(wire) // 2, len(wire)])
            clients = [subprocess.Popen([sys.executable, "-c", code, str(service.port), file.name, str(size)]) for _ in range(4)]
            time.sleep(random.random() * 0.2 + 0.05)
            for client in clients:
                client.send_signal(signal.SIGKILL)
                client.wait()
            count += 4
    time.sleep(2)
    wires = [request(text) for text in articles(50)]
    rate = asyncio.run(closed(service.port, wires, 8, 2))
    time.sleep(1)
    print(f"{count} clients killed: {service.files()} files ({before} before), {service.memory():.0f} MiB, {rate:.0f} requests/s behind it")
    service.stop()


def broken(draw, wires):
    """A request with something wrong in it, or several at once."""
    kind = draw.randrange(9)
    wire = bytearray(draw.choice(wires))
    if kind == 0:
        for _ in range(draw.randrange(1, 20)):
            wire[draw.randrange(len(wire))] = draw.randrange(256)
    elif kind == 1:
        del wire[draw.randrange(len(wire)):]
    elif kind == 2:
        at = draw.randrange(len(wire))
        del wire[at:at + draw.randrange(1, 50)]
    elif kind == 3:
        wire = wire.replace(b"content-length: ", draw.choice([b"content-length: 9", b"content-length: -", b"transfer-encoding: chunked\r\nx: "]))
    elif kind == 4:
        wire = bytes(wire) * draw.randrange(2, 6)
    elif kind == 5:
        body = draw.choice([b"{" * 5000, b"[" * 5000, b'{"text":"\\ud800"}', b'{"text":"' + bytes(range(128, 256)) + b'"}', b'{"text":1e999}', b"null"])
        wire = b"POST /v1/tag HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    elif kind == 6:
        wire = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 300)))
    elif kind == 7:
        lines = b"".join(draw.choice([b'{"text":"x"}\n', b"{\n", b"\xff\n", b"\n", b'{"id":[],"text":"y"}\n', b"x" * 3000]) for _ in range(8))
        wire = b"POST /v1/tag?text_field=text HTTP/1.1\r\ncontent-type: application/x-ndjson\r\ncontent-encoding: %s\r\ncontent-length: %d\r\n\r\n" % (
            draw.choice([b"identity", b"gzip", b"br"]), len(lines)) + lines
    else:
        path = bytes(draw.choice(b"/v1tag?&=%abc\xd8\x00 ") for _ in range(draw.randrange(1, 60)))
        wire = draw.choice([b"GET", b"POST", b"PUT", b"G\x00T", b"OPTIONS"]) + b" /" + path + b" HTTP/1.1\r\nhost: x\r\n\r\n"
    return bytes(wire)


async def attack(port, wires, seconds, seed):
    draw, until, count = random.Random(seed), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for _ in range(draw.randrange(1, 4)):
                writer.write(broken(draw, wires))
                count += 1
            if draw.random() < 0.3:
                writer.transport.abort()
                continue
            writer.write_eof()
            await asyncio.wait_for(reader.read(), 20)
            writer.close()
        except (ConnectionError, OSError):
            pass
    return count


def hostile():
    wires = [request(text[:300]) for text in articles(20)]
    service = Service("--request-seconds", "5", "--head-seconds", "5")
    async def all_of_them(seconds, seed):
        return sum(await asyncio.gather(*(attack(service.port, wires, seconds, seed + n) for n in range(16))))
    asyncio.run(all_of_them(3, 100))
    before, files = service.memory(), service.files()
    count = asyncio.run(all_of_them(SECONDS, 1))
    time.sleep(6)
    print(f"{count} hostile requests in {SECONDS:.0f} s: {service.memory() - before:+.1f} MiB, {service.files()} files ({files} in the midst of it)")
    service.stop()


def hour():
    """All that it does, for long: memory every tenth of the time."""
    wires = [request(text) for text in articles(2000)]
    service = Service()
    for part in range(10):
        rate = asyncio.run(closed(service.port, wires, 64, SECONDS / 10))
        print(f"{(part + 1) * SECONDS / 10:.0f} s: {rate:.0f} requests/s, {service.memory():.1f} MiB, {service.files()} files", flush=True)
    service.stop()


{"throughput": throughput, "latency": latency, "idle": idle, "killed": killed, "hostile": hostile, "hour": hour}[WHAT]()

"""Python from an enemy, in a code node."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from tests.support.hostile import Arena, Program, program

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

py: Callable[..., Any] = partial(program, "python")
bomb: Callable[..., Any] = partial(py, fuel=4_000_000_000, memory_bytes=64 << 20)
SLOW_FUEL = 10**15
# Nobody can say how forged bytecode ends: only that it ends inside.
ANY_END = ("failed", "trapped", "fuel", "wall", "value", "memory")

ENDLESS = [
    py("loop", "while True: pass", "fuel"),
    py("loop-with-fuel-to-burn", "while True: pass", "wall", fuel=SLOW_FUEL),
    py("loop-that-catches-all", "while True:\n  try:\n    while True: 1 / 0\n  except BaseException: pass", "fuel"),
    py("loop-in-c", "sum(iter(int, 1))", "fuel"),
    py("loop-in-c-with-fuel-to-burn", "sum(iter(int, 1))", "wall", fuel=SLOW_FUEL),
    py("range", "for _ in range(10 ** 18): pass", "fuel"),
    py("generator-as-result", "def g():\n  while True: yield {'json': {}}\nreturn g()", "fuel", "memory"),
    py("async-loop", "import asyncio\nwhile True: await asyncio.sleep(0)", "fuel", "wall"),
    py("task-flood", "import asyncio\nasync def f():\n  asyncio.ensure_future(f())\n  asyncio.ensure_future(f())\nawait f()\nawait asyncio.Event().wait()", "fuel", "wall", "memory"),
    py("a-future-nobody-settles", "import asyncio\nawait asyncio.get_running_loop().create_future()", "failed"),
    py("property-of-the-result", "class A(dict):\n  def items(self):\n    while True: pass\nreturn [A(a=1)]", "fuel", "value"),
    py("string-of-a-key", "class A(str):\n  def __hash__(self):\n    while True: pass\nreturn [{A('a'): 1}]", "fuel"),
    py("iterator-as-result", "class A:\n  def __iter__(self): return self\n  def __next__(self): return {}\nreturn A()", "fuel", "memory", "failed"),
    py("length-of-the-result", "class A(list):\n  def __len__(self):\n    while True: pass\nreturn A([{}])", "fuel", "value"),
    py("repr-of-an-error", "class E(Exception):\n  def __str__(self):\n    while True: pass\nraise E()", "fuel"),
    py("error-that-raises", "class E(Exception):\n  def __str__(self): raise E()\nraise E()", "failed"),
    py("finalizer", "class A:\n  def __del__(self):\n    while True: pass\na = A()\ndel a\nreturn []", "fuel"),
    py("finalizer-at-the-end", "import builtins\nclass A:\n  def __del__(self):\n    while True: pass\nbuiltins.leak = A()\nreturn [{'ok': 1}]", "value", "fuel", value=[{"ok": 1}]),
    py("at-exit", "import atexit\ndef f():\n  while True: pass\natexit.register(f)\nreturn [{'ok': 1}]", "value", "failed", "fuel"),
    py("trace", "import sys\ndef t(*_):\n  while True: pass\nsys.settrace(t)\n(lambda: 1)()", "fuel"),
    py("profile", "import sys\ndef t(*_):\n  while True: pass\nsys.setprofile(t)\nlen('')", "fuel"),
    py("sort-key", "[3, 1, 2].sort(key=lambda x: [i for i in iter(int, 1)])", "fuel", "memory"),
    py("power", "9 ** 9 ** 9", "fuel", "memory"),
    py("power-modulo", "pow(3, 10 ** 200000, 10 ** 200000 + 1)", "fuel"),
    py("factorial", "import math\nmath.factorial(10 ** 7)", "fuel", "memory"),
    py("big-number-to-text", "import sys\nsys.set_int_max_str_digits(0)\nreturn [{'a': len(str(7 ** 10 ** 6))}]", "fuel", "value"),
    py("text-to-big-number", "import sys\nsys.set_int_max_str_digits(0)\nint('9' * 10 ** 6)", "fuel", "failed"),
    py("decimal-precision", "from decimal import Decimal, getcontext\ngetcontext().prec = 10 ** 6\nreturn [{'a': len(str(Decimal(2).sqrt()))}]", "fuel", "memory", "failed", "value"),
    py("decimal-exponent", "from decimal import Decimal\nreturn [{'a': int(Decimal('1e1000000000'))}]", "fuel", "memory", "failed"),
    py("fraction", "from fractions import Fraction\nreturn [{'a': len(str(Fraction('1e100000000')))}]", "fuel", "memory", "failed"),
    py("permutations", "from itertools import permutations\nlen(list(permutations(range(30))))", "fuel", "memory"),
    py("hash-collisions", "class A:\n  def __hash__(self): return 1\n  def __eq__(self, o): return False\nlen({A() for _ in range(10 ** 5)})", "fuel"),
    py("regex-nested", "import re\nre.match('(a+)+$', 'a' * 40 + 'b')", "fuel"),
    py("regex-nested-with-fuel-to-burn", "import re\nre.match('(a+)+$', 'a' * 50 + 'b')", "wall", fuel=SLOW_FUEL),
    py("regex-alternation", "import re\nre.match('(a|aa)+$', 'a' * 60 + 'b')", "fuel"),
    py("regex-compile", "import re\nre.compile('(' * 5000 + ')' * 5000)", "failed", "trapped", "fuel"),
    py("difflib", "import difflib\nlist(difflib.ndiff(['ab' * 500] * 50, ['ba' * 500] * 50))", "fuel", "value", "failed"),
    py("date-loop", "import time\nend = time.time() + 3600\nwhile time.time() < end: pass", "fuel", "wall"),
    py("date-loop-with-fuel-to-burn", "import time\nend = time.time() + 3600\nwhile time.time() < end: pass", "wall", fuel=SLOW_FUEL),
]  # fmt: skip

WAITS = [
    py("sleep", "import time\ntime.sleep(1000)", "failed"),
    py("asyncio-sleep", "import asyncio\nawait asyncio.sleep(1000)", "failed"),
    py("select", "import select\nselect.select([], [], [], 1000)\nreturn [{'ok': 1}]", "value", "failed"),
    py("lock", "import threading\nl = threading.Lock()\nl.acquire()\nl.acquire(timeout=1000)\nreturn []", "value", "failed", "trapped", "fuel", "wall"),
    py("condition", "import threading\nc = threading.Condition()\nwith c: c.wait(1000)\nreturn []", "value", "failed", "trapped", "fuel", "wall"),
    py("queue", "import queue\nqueue.Queue().get()", "failed", "trapped", "fuel", "wall"),
    py("thread", "import threading\nthreading.Thread(target=print).start()", "failed"),
    py("thread-pool", "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor().submit(print).result()", "failed"),
    py("process-pool", "from multiprocessing import Process\nProcess(target=print).start()", "failed"),
    py("input", "input()", "failed"),
    py("read-standard-input", "import sys\nreturn [{'a': sys.stdin.read(), 'b': sys.__stdin__.read()}]", "value", "failed", value=[{"a": "", "b": ""}]),
]  # fmt: skip

RECURSION = [
    py("functions", "def f(): f()\nf()", "failed"),
    py("without-a-limit", "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(): f()\nf()", "failed", "trapped", "memory", "fuel"),
    py("without-a-limit-in-c", "import sys\nsys.setrecursionlimit(10 ** 9)\nx = []\nfor _ in range(10 ** 5): x = [x]\nrepr(x)", "failed", "trapped", "fuel"),
    py("getattr", "class A:\n  def __getattr__(self, name): return getattr(self, name + 'x')\nA().x", "failed", "memory", "fuel", "trapped"),
    py("repr", "class A:\n  def __repr__(self): return repr(self)\nrepr(A())", "failed", "trapped"),
    py("equality", "a, b = [], []\na.append(b)\nb.append(a)\na == b", "failed", "trapped"),
    py("deep-result", "x = []\nfor _ in range(10 ** 5): x = [x]\nreturn [{'x': x}]", "failed", "trapped", "fuel"),
    py("cycle-as-result", "x = {}\nx['x'] = x\nreturn [x]", "failed"),
    py("json-loads", "import json\njson.loads('[' * 10 ** 6)", "failed", "trapped"),
    py("json-loads-pure", "import json, json.decoder\njson.decoder.JSONDecoder(object_hook=lambda o: o).decode('{\"a\":' * 10 ** 5)", "failed", "trapped"),
    py("source-nesting", "eval('(' * 10 ** 5 + ')' * 10 ** 5)", "failed", "memory", "trapped"),
    py("source-operators", "eval('-' * 10 ** 5 + '1')", "failed", "memory", "trapped"),
    py("source-attributes", "compile('a' + '.b' * 10 ** 5, 'x', 'eval')", "failed", "trapped", "memory", "fuel"),
    py("literal-eval", "import ast\nast.literal_eval('[' * 10 ** 5 + ']' * 10 ** 5)", "failed", "memory", "trapped"),
    py("deep-copy", "import copy\nx = []\nfor _ in range(10 ** 4): x = [x]\ncopy.deepcopy(x)", "failed", "trapped"),
    py("destruction-of-a-chain", "x = None\nfor _ in range(10 ** 6): x = (x,)\ndel x\nreturn [{'ok': 1}]", "value", "fuel", "memory", "trapped"),
    py("exceptions-chained", "e = None\nfor i in range(10 ** 5):\n  n = ValueError(i)\n  n.__cause__ = e\n  e = n\nraise e", "failed", "fuel"),
    py("exception-that-causes-itself", "e = ValueError()\ne.__cause__ = e\nraise e", "failed"),
    py("decorators", "def f(n): return f\nfor _ in range(10 ** 6): f = f(f)", "fuel", "value", "failed"),
    py("generators", "def f(): yield from f()\nlist(f())", "failed"),
    py("partials", "from functools import partial\nf = print\nfor _ in range(10 ** 5):\n  f = partial(lambda g: g(), f)\nf()", "failed", "trapped", "fuel"),
    py("maps", "it = iter([1])\nfor _ in range(10 ** 5): it = map(int, it)\nlist(it)", "failed", "trapped", "fuel"),
]  # fmt: skip

MEMORY = [
    bomb("string", "'a' * 10 ** 12", "memory", "failed"),
    bomb("number-as-bytes", "bytes(10 ** 8)", "memory"),
    bomb("list-multiplication", "x = [0]\nwhile True: x *= 2", "memory"),
    bomb("list", "[0] * 10 ** 8", "memory"),
    bomb("bytes", "x = [bytearray(10 ** 6) for _ in range(10 ** 4)]", "memory"),
    bomb("dict", "x = {}\nwhile True: x[len(x)] = 'a' * 1000", "memory"),
    bomb("caught", "x = []\nwhile True:\n  try: x.append('a' * 10 ** 6)\n  except MemoryError: pass", "fuel", "wall"),
    bomb("number", "x = 1 << 10 ** 10", "memory", "failed"),
    bomb("format-width", "f'{1:>{10 ** 9}}'", "memory", "failed"),
    bomb("percent-width", "'%1000000000d' % 1", "memory", "failed"),
    bomb("join", "','.join(['a' * 10 ** 6] * 10 ** 3)", "memory"),
    bomb("replace", "('a' * 10 ** 5).replace('a', 'b' * 10 ** 5)", "memory", "failed"),
    bomb("expand-tabs", "('\\t' * 1000).expandtabs(10 ** 9)", "memory", "failed"),
    bomb("zfill", "'1'.zfill(10 ** 9)", "memory"),
    bomb("product", "from itertools import product\nlist(product(range(100), repeat=10))", "memory"),
    bomb("tee", "from itertools import count, tee\na, b = tee(count())\nfor _ in a: pass", "memory", "fuel", "wall"),
    bomb("string-io", "import io\ns = io.StringIO()\nwhile True: s.write('a' * 10 ** 5)", "memory"),
    bomb("zip-bomb", "import zlib\nreturn [{'a': len(zlib.decompress(zlib.compress(b'0' * 10 ** 9)))}]", "memory", "failed"),
    bomb("gzip-bomb", "import gzip, io\nreturn [{'a': len(gzip.decompress(gzip.compress(b'0' * 10 ** 8)))}]", "memory", "failed"),
    bomb("classes", "x = []\nwhile True: x.append(type('A', (), {}))", "memory", "fuel", "wall"),
    bomb("compile", "compile('x = ' + '+'.join(['1'] * 10 ** 6), 'x', 'exec')", "memory", "failed", "fuel", "wall"),
    bomb("constants", "eval('(1,) * 10 ** 9')", "memory", "failed"),
    bomb("hash-scrypt", "import hashlib\nhashlib.scrypt(b'x', salt=b'x', n=2 ** 20, r=8, p=1, maxmem=2 ** 31 - 1)", "memory", "failed"),
    bomb("hash-rounds", "import hashlib\nhashlib.pbkdf2_hmac('sha256', b'x', b'x', 10 ** 9)", "fuel", "wall", "failed"),
    bomb("csv-field", "import csv, io\ncsv.field_size_limit(10 ** 9)\nlist(csv.reader(iter(['\"'] + ['a' * 10 ** 6] * 10 ** 3)))", "memory", "failed"),
    bomb("output", "return [{'x': 'y' * 3_000_000}]", "output"),
    bomb("output-items", "return [{'i': i, 't': 'x' * 100} for i in range(30_000)]", "output"),
    bomb("error-message", "raise ValueError('x' * 10 ** 7)", "failed", "output", "memory"),
]  # fmt: skip

#: What is looked for by escapes that worked elsewhere, and that there is nothing behind it.
ESCAPES = [
    py("read-a-file", "return [{'a': open('/etc/passwd').read()}]", "failed"),
    py("read-a-file-by-io", "import io\nreturn [{'a': io.FileIO('/etc/passwd').read()}]", "failed"),
    py("read-a-file-by-os", "import os\nreturn [{'a': os.open('/etc/passwd', os.O_RDONLY)}]", "failed"),
    py("read-descriptors", "import os\nfound = []\nfor n in range(3, 64):\n  try: found.append(os.read(n, 10).hex())\n  except OSError: pass\nreturn [{'found': found}]", "value", "trapped", value=[{"found": []}]),
    py("list-files", "import os\nreturn [{'a': os.listdir('/')}]", "failed"),
    py("walk", "import os\nreturn [{'a': list(os.walk('/'))}]", "value", "failed", value=[{"a": []}]),
    py("path", "from pathlib import Path\nreturn [{'a': [Path('/proc/self/environ').exists(), Path('/').exists()]}]", value=[{"a": [False, False]}]),
    py("write-a-file", "open('/tmp/x', 'w')", "failed"),
    py("temporary-file", "import tempfile\ntempfile.TemporaryFile()", "failed"),
    py("database-file", "import sqlite3\nsqlite3.connect('/tmp/x')", "failed"),
    py("system", "import os\nos.system('id')", "failed", "trapped"),
    py("popen", "import os\nos.popen('id').read()", "failed", "trapped"),
    py("subprocess", "import subprocess\nsubprocess.check_output(['id'])", "failed"),
    py("fork", "import os\nos.fork()", "failed"),
    py("exec", "import os\nos.execv('/bin/sh', ['sh'])", "failed"),
    py("spawn", "import os\nos.posix_spawn('/bin/sh', ['sh'], {})", "failed"),
    py("kill", "import os\nos.kill(os.getppid(), 9)", "failed", "trapped"),
    py("signal", "import signal\nsignal.alarm(1)", "failed", "trapped"),
    py("raise-signal", "import signal\nsignal.raise_signal(9)", "failed", "trapped", "value"),
    py("exit", "import sys\nsys.exit(0)", "failed"),
    py("exit-hard", "import os\nos._exit(0)", "trapped"),
    py("abort", "import os\nos.abort()", "trapped"),
    py("fault", "import faulthandler\nfaulthandler._sigsegv()", "failed", "trapped"),
    py("native-code", "import ctypes\nctypes.CDLL(None)", "failed"),
    py("native-module", "import _ctypes", "failed"),
    py("memory-map", "import mmap\nmmap.mmap(-1, 1 << 20)", "failed"),
    py("load-library", "import importlib.machinery as m\nm.ExtensionFileLoader('x', '/lib/x86_64-linux-gnu/libc.so.6').create_module(m.ModuleSpec('x', None))", "failed"),
    py("socket", "import socket\nsocket.create_connection(('127.0.0.1', 22))", "failed"),
    py("socket-raw", "import _socket\n_socket.socket()", "failed"),
    py("look-up", "import socket\nsocket.getaddrinfo('localhost', 80)", "failed"),
    py("urllib", "import urllib.request\nurllib.request.urlopen('http://127.0.0.1/')", "failed"),
    py("http-client", "import http.client\nhttp.client.HTTPConnection('127.0.0.1').request('GET', '/')", "failed"),
    py("environment", "import os\nreturn [{'a': dict(os.environ), 'b': os.getenv('PENSTOCK_HOSTILE_SECRET')}]", value=[{"a": {}, "b": None}]),
    py("arguments", "import sys\nreturn [{'a': sys.argv[1:], 'b': sys.executable or ''}]", value=[{"a": [], "b": ""}]),
    py("host-modules", "found = []\nfor name in ('penstock_kernel', 'penstock_sandbox', 'wasmtime', 'msgspec', 'httpx2'):\n  try:\n    __import__(name)\n    found.append(name)\n  except ImportError: pass\nreturn [{'found': found}]", value=[{"found": []}]),
    py("subclasses", "names = {c.__name__ for c in ().__class__.__base__.__subclasses__()}\nreturn [{'found': sorted(names & {'RunnerPool', 'Kernel', 'SSLSocket', 'WasmtimeError'})}]", "value", value=[{"found": []}]),
    py("subclasses-to-os", "for c in object.__subclasses__():\n  g = getattr(getattr(c.__init__, '__globals__', None), 'get', lambda _: None)('sys')\n  if g: return [{'a': g.modules['os'].listdir('/')}]", "failed", "value"),
    py("wrap-close", "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0].__init__.__globals__['system']('id')", "failed", "trapped"),
    py("builtins-from-a-frame", "import sys\nf = sys._getframe()\nwhile f.f_back: f = f.f_back\nreturn [{'a': f.f_builtins['__import__']('os').listdir('/')}]", "failed"),
    py("frames-of-a-generator", "g = (x for x in [1])\nreturn [{'a': g.gi_frame.f_builtins['open']('/etc/passwd').read()}]", "failed"),
    py("traceback-frames", "try: 1 / 0\nexcept Exception as e:\n  f = e.__traceback__.tb_frame\n  while f.f_back: f = f.f_back\n  return [{'found': sorted(k for k in f.f_globals if 'secret' in k.lower())}]", value=[{"found": []}]),
    py("gc-objects", "import gc\nfound = [type(o).__name__ for o in gc.get_objects() if type(o).__module__.startswith(('penstock_kernel', 'wasmtime'))]\nreturn [{'found': found}]", "value", "fuel", value=[{"found": []}]),
    py("gc-secrets", "import gc\nneedle = 'k9-do-not' + '-show-this'\nreturn [{'found': any(needle in o for o in gc.get_objects() if isinstance(o, dict) for o in o.values() if isinstance(o, str))}]", "value", "fuel", value=[{"found": False}]),
    py("code-object-forged", "def f(): pass\nf.__code__ = f.__code__.replace(co_code=bytes([100, 255] * 50), co_consts=())\nf()", *ANY_END),
    py("code-object-jumps-away", "def f(): pass\nf.__code__ = f.__code__.replace(co_code=bytes([110, 255] * 50), co_stacksize=0)\nf()", *ANY_END),
    py("code-object-random", "import random\ndef f(): return 1\nfor seed in range(20):\n  r = random.Random(seed)\n  f.__code__ = f.__code__.replace(co_code=bytes(r.randrange(256) for _ in range(40)), co_stacksize=4)\n  try: f()\n  except Exception: pass", *ANY_END),
    py("function-type", "import types\nf = types.FunctionType(compile(\"open('/etc/passwd')\", 'x', 'eval'), {'__builtins__': __builtins__})\nreturn [{'a': f().read()}]", "failed"),
    py("marshal", "import marshal\nmarshal.loads(b'\\xe3' + b'\\xff' * 100)", "failed", "trapped"),
    py("marshal-nested", "import marshal\nmarshal.loads(b'[\\x01\\x00\\x00\\x00' * 10 ** 5 + b'N')", "failed", "trapped"),
    py("pickle-reduce", "import pickle\npickle.loads(b\"cposix\\nsystem\\n(S'id'\\ntR.\")", "failed", "trapped"),
    py("pickle-memory", "import pickle\npickle.loads(b'\\x80\\x04\\x95\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x7f')", "failed", "memory"),
    py("pickle-put", "import pickle\npickle.loads(b'Nr\\xff\\xff\\xff\\xff.')", "failed", "memory"),
    py("eval-exec-compile", "return [{'a': eval(\"__import__('os').listdir('/')\")}]", "failed"),
    py("format-attributes", "import os\nreturn [{'a': '{0.__globals__[sys].modules[os].environ}'.format(os.walk)}]", "value", "failed"),
    py("builtins-replaced", "import builtins\nbuiltins.__import__ = None\nbuiltins.len = builtins.print = builtins.isinstance = None\nbuiltins.leak = 1\nreturn [{'ok': 1}]", "value", "failed", "trapped"),
    py("modules-replaced", "import sys\nfor name in list(sys.modules): sys.modules[name] = None\nreturn [{'ok': 1}]", "value", "failed", "trapped"),
    py("modules-cleared", "import sys\nsys.modules.clear()\nreturn [{'ok': 1}]", "value", "failed", "trapped"),
    py("guest-replaced", "import sys\nfor name, module in list(sys.modules.items()):\n  if name.startswith(('penstock_guest', 'wit_world')):\n    for key in list(vars(module)):\n      setattr(module, key, None)\nreturn [{'ok': 1}]", "value", "failed", "trapped"),
    py("raw-imports", "import wit_world.imports.host as h\nreturn [{'a': h.call('[]')}]", value=[{"a": "[]"}]),
    py("raw-emit", "from wit_world.imports import items as i\nfor _ in range(3): i.emit('not json')\nreturn []", "failed", "value", "trapped"),
    py("raw-emit-of-half-a-pair", "from wit_world.imports import items as i\ni.emit('\\ud800')\nreturn []", "failed", "trapped", "value"),
    py("raw-log-flood", "from wit_world.imports import notes as n\nwhile True: n.log('x' * 60000)", "fuel", "wall"),
    py("json-patched", "import json\njson.dumps = json.loads = None\njson.JSONEncoder.encode = None\nreturn [{'ok': 1}]", "value", "failed", value=[{"ok": 1}]),
    py("audit-hook", "import sys\ndef hook(*_): raise ValueError('no')\nsys.addaudithook(hook)\nreturn [{'ok': 1}]", "value", "failed", "trapped"),
    py("import-hook", "import sys\nclass H:\n  def find_spec(self, *_):\n    while True: pass\nsys.meta_path.insert(0, H())\nimport nothing_here", "fuel"),
    py("refcount-lies", "import sys\nreturn [{'a': sys.getrefcount(None) > 0, 'b': sys._is_gil_enabled() in (True, False)}]", "value", "failed"),
    py("memory-view-after-resize", "b = bytearray(8)\nm = memoryview(b)\ntry: b.extend(b'x' * 100)\nexcept BufferError: return [{'held': True}]", value=[{"held": True}]),
    py("list-changed-while-sorted", "x = [3, 2, 1]\ntry: x.sort(key=lambda n: x.clear() or n)\nexcept ValueError: pass\nreturn [{'held': isinstance(x, list)}]", value=[{"held": True}]),
    py("dict-changed-while-read", "d = {i: i for i in range(99)}\ntry:\n  for k in d: d.clear(); d['x'] = 1\nexcept RuntimeError: return [{'held': True}]\nreturn [{'held': True}]", value=[{"held": True}]),
    py("slots-of-another-type", "class A: __slots__ = ('a',)\ntry: A.a.__get__(1)\nexcept TypeError: return [{'held': True}]", value=[{"held": True}]),
    py("half-pairs-in-the-result", "return [{'\\ud800': '\\udfff'}]", "value", "failed"),
    py("nul-and-controls", "return [{'a': ''.join(map(chr, range(32)))}]", "value"),
    py("not-a-number", "return [{'a': float('nan'), 'b': float('inf')}]", "value", "failed"),
    py("huge-numbers-in-the-result", "return [{'a': 10 ** 400, 'b': -10 ** 400}]", "value", "failed"),
    py("keys-that-are-no-text", "return [{1: 1, None: 2, (1, 2): 3}]", "value", "failed"),
    py("source-is-not-python", "}{", "failed"),
    py("source-ends-the-function", "return []\nimport os as leak\nglobals()['leak'] = 1", "value", "failed"),
    py("source-with-nul", "x = '\x00'", "failed", "value"),
    py("star-import", "from os import *\nreturn [{'a': listdir('/')}]", "failed"),
    py("future-annotations", "from __future__ import braces", "failed"),
    py("coding-line", "# -*- coding: utf-7 -*-\n+AGk-mport os\nreturn []", "failed", "value"),
]  # fmt: skip

FLOODS = [
    py("print-flood", "while True: print('x' * 1000)", "fuel", "wall"),
    py("print-flood-with-fuel-to-burn", "while True: print('x')", "wall", fuel=SLOW_FUEL),
    py("print-a-giant", "print('x' * 10 ** 6)\nreturn [{'ok': 1}]", value=[{"ok": 1}]),
    py("print-half-pairs", "print('\\ud800')\nreturn [{'ok': 1}]", value=[{"ok": 1}]),
    py("print-to-the-real-output", "import sys\nfor _ in range(300): sys.__stdout__.write('x' * 1000 + '\\n')\nreturn [{'ok': 1}]", "value", "failed", value=[{"ok": 1}]),
    py("print-what-raises", "class A:\n  def __str__(self): raise ValueError('no')\nprint(A())", "failed"),
    py("tasks-in-parallel", "import asyncio\nasync def f(n): return n\nfound = await asyncio.gather(*(f(n) for n in range(20000)))\nreturn [{'n': len(found)}]", "value", "fuel", "memory", "wall"),
]  # fmt: skip

ALL = [*ENDLESS, *WAITS, *RECURSION, *MEMORY, *ESCAPES, *FLOODS]


@pytest.mark.parametrize("attack", ALL)
async def test_hostile_python_is_held(runners: Arena, attack: Program) -> None:
    await runners.hold(attack)


@pytest.mark.parametrize("attack", [*ENDLESS[:6], *WAITS[:6], *MEMORY[:6], *FLOODS[:2]])
async def test_hostile_python_is_held_without_a_process_of_its_own(
    inprocess: Arena, attack: Program
) -> None:
    await inprocess.hold(attack)

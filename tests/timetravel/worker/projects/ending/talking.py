"""Nodes that print, stream and speak, each in its own way."""

import ctypes
import logging
import os
import subprocess
import sys
import time

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.config import get_stream_writer
from langgraph.graph import START, MessagesState, StateGraph


def _parallel(*nodes):
    builder = StateGraph(MessagesState)
    for node in nodes:
        builder.add_node(node)
        builder.add_edge(START, node.__name__)
    return builder.compile()


def left(state):
    for number in range(20):
        print("left", end=" ")
        time.sleep(0.001)
        print(number)


def right(state):
    for number in range(20):
        print("right", end=" ")
        time.sleep(0.001)
        print(number)


async def awaited(state):
    print("from a coroutine")


parallel = _parallel(left, right, awaited)


def raw(state):
    os.write(1, b"raw bytes\n")
    ctypes.CDLL(None).puts(b"from C")
    ctypes.CDLL(None).fflush(None)
    subprocess.run(["echo", "from a child"], check=True)
    sys.stdout.buffer.write("bytes through the buffer: ü\n".encode())
    sys.stderr.write("to stderr\n")
    logging.getLogger("mine").warning("logged")
    print("half a surrogate: \ud800")


raw_output = _parallel(raw)


def reads(state):
    try:
        input("name? ")
    except EOFError:
        print("no input")


reading = _parallel(reads)


def custom(state):
    writer = get_stream_writer()
    writer("halfway")
    writer({"done": 1})


custom_stream = _parallel(custom)


def speak(state):
    model = GenericFakeChatModel(messages=iter([AIMessage("to be or not to be")]))
    return {"messages": [model.invoke("speak")]}


tokens = _parallel(speak)


def much(state):
    for _ in range(30_000):
        print("x" * 50)
    print("the end")


flood = _parallel(much)


def forks(state):
    print("parent before")
    child = os.fork()
    if child == 0:
        print("from the fork")
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
    print("parent after")


forking = _parallel(forks)

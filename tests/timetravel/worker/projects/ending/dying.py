"""Nodes that end their process, or leave others behind."""

import ctypes
import os
import subprocess
import sys
import time

from langgraph.graph import START, MessagesState, StateGraph


def _only(node):
    return StateGraph(MessagesState).add_node(node).add_edge(START, node.__name__).compile()


def exits(state):
    print("leaving")
    sys.exit(3)


def hard_exit(state):
    print("last words")
    os._exit(7)


def crash(state):
    print("about to crash")
    ctypes.string_at(0)


async def exits_async(state):
    sys.exit("bye")


def leaves_a_child(state):
    child = subprocess.Popen(["sleep", "600"])
    print("child", child.pid)
    while True:
        time.sleep(0.05)


sys_exit = _only(exits)
sys_exit_async = _only(exits_async)
os_exit = _only(hard_exit)
segfault = _only(crash)
orphan = _only(leaves_a_child)

"""One program in every language that can be debugged, with where its marks are.

Each adds 0 to 4 by a function `add(a, b)` with a local `c`, prints `total 10`, reads a line and
greets with it, and ends by an error that nobody catches. A mark is a comment; its line is looked
for.
"""

from dataclasses import dataclass

INSIDE = "MARK inside"  # the line in `add` that computes c
GREETING = "MARK greeting"  # the line after the input was read
TOTAL = "MARK total"  # the line that prints the total


@dataclass(frozen=True, slots=True)
class DebugProgram:
    """A language's program, and what its debugger makes of it.

    Attributes:
        condition: true in the third call of `add`.
        expression: 100 * a + b, evaluated where b is 2.
        log: prints the total.
        names: of `a` and `b`.
        can_set: whether variables can be set.
        is_set_heeded: whether the line that stopped has not read them yet.
        has_structure: whether `p` can be opened.
        exception: a filter of the debugger's that stops at the error; empty for none.
        crash: what the stop at the error says; empty if there is none.
        outcome: of the session.
        function: `add`, as the debugger has it; empty if it can't stop at functions.
        has_function_conditions: whether it heeds conditions there.
        argument: what is `b` where `add` is just being called.
        outermost: the name of the frame that the program begins with; empty if it is not looked at.
    """

    path: str
    text: str
    condition: str = "b == 2"
    expression: str = "a*100+b"
    log: str = "total is {total}"
    names: tuple[str, str] = ("a", "b")
    can_set: bool = True
    is_set_heeded: bool = True
    has_structure: bool = True
    exception: str = ""
    crash: str = ""
    outcome: str = "exited(1)"
    function: str = "add"
    has_function_conditions: bool = True
    argument: str = "b"
    outermost: str = ""

    def line(self, mark: str) -> int:
        """The line that has this mark."""
        lines = self.text.split("\n")
        return next(number for number, line in enumerate(lines, 1) if mark in line)


PYTHON = DebugProgram(
    "main.py",
    """\
class Point:
    def __init__(self):
        self.x, self.items = 1, [1, 2, {"k": "v"}]

def add(a, b):
    c = a + b  # MARK inside
    return c

def main():
    p = Point()
    total = 0
    for i in range(5):
        total = add(total, i)
    print("total", total)  # MARK total
    name = input()
    print("Hello", name)  # MARK greeting
    raise ValueError("boom")

main()
""",
    exception="uncaught",
    crash="ValueError",
)
C = DebugProgram(
    "main.c",
    """\
#include <stdio.h>
#include <stdlib.h>
struct point { int x; char *name; };
static int add(int a, int b) {
    int c = a + b; // MARK inside
    return c;
}
int main(void) {
    struct point p = {1, "p"};
    int total = 0;
    char name[50];
    for (int i = 0; i < 5; i++)
        total = add(total, i);
    printf("total %d\\n", total); // MARK total
    if (!scanf("%49s", name)) return 1;
    printf("Hello %s %d\\n", name, p.x); // MARK greeting
    abort();
}
""",
    crash="SIGABRT",
    outcome="killed by signal 6 (SIGABRT)",
    outermost="main",
)
CPP = DebugProgram(
    "main.cpp",
    """\
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>
struct Point { int x; std::string name; std::vector<int> items; };
int add(int a, int b) {
    int c = a + b; // MARK inside
    return c;
}
int main() {
    Point p{1, "p", {1, 2, 3}};
    int total = 0;
    for (int i = 0; i < 5; i++)
        total = add(total, i);
    std::cout << "total " << total << std::endl; // MARK total
    std::string name;
    std::cin >> name;
    std::cout << "Hello " << name << p.x << std::endl; // MARK greeting
    throw std::runtime_error("boom");
}
""",
    exception="throw",
    crash="exception",
    outcome="killed by signal 6 (SIGABRT)",
    outermost="main",
)
RUST = DebugProgram(
    "main.rs",
    """\
use std::io;
struct Point { x: i32, name: String }
#[inline(never)]
fn add(a: i32, b: i32) -> i32 {
    let c = a + b; // MARK inside
    c
}
fn main() {
    let p = Point { x: 1, name: String::from("p") };
    let mut total = 0;
    for i in 0..5 {
        total = add(total, i);
    }
    println!("total {}", total); // MARK total
    let mut name = String::new();
    io::stdin().read_line(&mut name).unwrap();
    println!("Hello {} {} {}", name.trim(), p.x, p.name); // MARK greeting
    panic!("boom");
}
""",
    is_set_heeded=False,
    exception="throw",
    crash="exception",
    outcome="exited(101)",
    function="main::add",
    outermost="main::main",
)
GO = DebugProgram(
    "main.go",
    """\
package main

import "fmt"

type Point struct {
	X     int
	Items []int
}

func add(a, b int) int {
	c := a + b // MARK inside
	return c
}

func main() {
	p := Point{1, []int{1, 2}}
	total := 0
	for i := 0; i < 5; i++ {
		total = add(total, i)
	}
	fmt.Println("total", total) // MARK total
	var name string
	fmt.Scanln(&name)
	fmt.Println("Hello", name, p.X) // MARK greeting
	panic("boom")
}
""",
    is_set_heeded=False,
    crash="panic",
    outcome="exited(2)",
    function="main.add",
)
_JS = """\
{imports}
class Point {{ constructor() {{ this.x = 1; this.items = [1, 2, {{ k: 'v' }}]; }} }}
function add({parameters}) {{
  const c = a + b; // MARK inside
  return c;
}}
function main() {{
  const p = new Point();
  let total = 0;
  for (let i = 0; i < 5; i++)
    total = add(total, i);
  console.log(`total ${{total}}`); // MARK total
  const lines = createInterface({{ input: process.stdin }});
  lines.once('line', {name} => {{
    console.log(`Hello ${{name}} ${{p.x}}`); // MARK greeting
    lines.close();
    throw new Error('boom');
  }});
}}
main();
"""
JAVASCRIPT = DebugProgram(
    "main.js",
    _JS.format(
        imports="const { createInterface } = require('node:readline');",
        parameters="a, b",
        name="(name)",
    ),
    exception="uncaught",
    crash="boom",
    function="",
)
TYPESCRIPT = DebugProgram(
    "main.ts",
    _JS.format(
        imports="import { createInterface } from 'node:readline';",
        parameters="a: number, b: number",
        name="(name: string)",
    ).replace("class Point {", "class Point { x: number; items: unknown[];"),
    exception="uncaught",
    crash="boom",
    function="",
)
JAVA = DebugProgram(
    "Main.java",
    """\
import java.util.List;
import java.util.Scanner;

public class Main {
    static class Point { int x = 1; List<Integer> items = List.of(1, 2, 3); }

    static int add(int a, int b) {
        int c = a + b; // MARK inside
        return c;
    }

    public static void main(String[] args) {
        Point p = new Point();
        int total = 0;
        for (int i = 0; i < 5; i++)
            total = add(total, i);
        System.out.println("total " + total); // MARK total
        String name = new Scanner(System.in).nextLine();
        System.out.println("Hello " + name + p.x); // MARK greeting
        throw new RuntimeException("boom");
    }
}
""",
    can_set=False,
    exception="uncaught",
    crash="RuntimeException",
)
PHP = DebugProgram(
    "main.php",
    """\
<?php
class Point {
    public $x = 1;
    public $items = [1, 2, ['k' => 'v']];
}
function add($a, $b) {
    $c = $a + $b; // MARK inside
    return $c;
}
function main() {
    $p = new Point();
    $total = 0;
    for ($i = 0; $i < 5; $i++)
        $total = add($total, $i);
    echo "total $total\\n"; // MARK total
    $name = trim(fgets(STDIN));
    echo "Hello $name\\n"; // MARK greeting
    throw new Exception('boom');
}
main();
""",
    condition="$b == 2",
    expression="$a*100+$b",
    log="total is {$total}",
    exception="uncaught",
    crash="boom",
    outcome="exited(255)",
    argument="b",
)
RUBY = DebugProgram(
    "main.rb",
    """\
class Point
  def initialize; @x = 1; @items = [1, 2, {k: "v"}]; end
end
def add(a, b)
  c = a + b # MARK inside
  c
end
def main
  p = Point.new
  total = 0
  5.times do |i|
    total = add(total, i)
  end
  puts "total #{total}" # MARK total
  name = gets
  puts "Hello #{name}" # MARK greeting
  raise "boom"
end
main
""",
    can_set=False,
    exception="any",
    crash="boom",
    function="",
)
BASH = DebugProgram(
    "main.sh",
    """\
add() {
  local a=$1 b=$2
  c=$((a + b)) # MARK inside
  : done
}
main() {
  total=0
  for i in 0 1 2 3 4; do
    add $total $i
    total=$c
  done
  echo "total $total" # MARK total
  read -r name
  echo "Hello $name" # MARK greeting
}
main
""",
    condition="[[ $b == 2 ]]",
    expression="$((a*100+b))",
    log="total is {$total}",
    can_set=False,
    has_structure=False,
    outcome="exited(0)",
    has_function_conditions=False,
    argument="i",
)

"""The programs of `debug_programs` in further languages that compile to machine code, for gdb."""

from tests.executor.debug_programs import DebugProgram

KILLED = "killed by signal 6 (SIGABRT)"

ADA = DebugProgram(
    "main.adb",
    """\
with Ada.Text_IO; use Ada.Text_IO;

procedure Main is
   type Point is record
      X    : Integer := 1;
      Name : String (1 .. 1) := "p";
   end record;

   function Add (A, B : Integer) return Integer is
      C : Integer;
   begin
      C := A + B;  -- MARK inside
      return C;
   end Add;

   P     : Point;
   Total : Integer := 0;
begin
   for I in 0 .. 4 loop
      Total := Add (Total, I);
   end loop;
   Put_Line ("total" & Integer'Image (Total));  -- MARK total
   declare
      Name : constant String := Get_Line;
   begin
      Put_Line ("Hello " & Name & Integer'Image (P.X));  -- MARK greeting
   end;
   raise Constraint_Error with "boom";
end Main;
""",
    condition="B = 2",
    exception="throw",
    crash="exception",
    outermost="main",
)
D = DebugProgram(
    "main.d",
    """\
import std.stdio;
import std.string : strip;

struct Point { int x = 1; string name = "p"; int[] items; }

int add(int a, int b) {
    int c = a + b; // MARK inside
    return c;
}

void main() {
    auto p = Point(1, "p", [1, 2, 3]);
    int total = 0;
    foreach (i; 0 .. 5)
        total = add(total, i);
    writeln("total ", total); // MARK total
    string name = readln().strip();
    writeln("Hello ", name, p.x); // MARK greeting
    throw new Exception("boom");
}
""",
    exception="throw",
    crash="exception",
    function="main.add",
    outermost="D main",
)
FORTRAN = DebugProgram(
    "main.f90",
    """\
module shapes
  implicit none
  type point
    integer :: x = 1
    character(len=1) :: name = 'p'
  end type
contains
  integer function add(a, b)
    integer, intent(in) :: a
    integer, value :: b
    integer :: c
    c = a + b ! MARK inside
    add = c
  end function
end module

program main
  use shapes
  implicit none
  type(point) :: p
  integer :: total, i
  character(len=20) :: name
  total = 0
  do i = 0, 4
    total = add(total, i)
  end do
  print '(a, i0)', 'total ', total ! MARK total
  read (*, '(a)') name
  print '(3a, i0)', 'Hello ', trim(name), ' ', p%x ! MARK greeting
  error stop 1
end program
""",
    outermost="main",
)
PASCAL = DebugProgram(
    "main.pas",
    """\
program Main;

{$mode objfpc}

uses
  SysUtils;

type
  Point = record
    X: Integer;
    Name: string[20];
  end;

function Add(A, B: LongInt): LongInt;
var
  C: LongInt;
begin
  C := A + B; { MARK inside }
  Add := C;
end;

var
  P: Point;
  Total, I: LongInt;
  Name: string;
begin
  P.X := 1;
  P.Name := 'p';
  Total := 0;
  for I := 0 to 4 do
    Total := Add(Total, I);
  WriteLn('total ', Total); { MARK total }
  ReadLn(Name);
  WriteLn('Hello ', Name, P.X); { MARK greeting }
  raise Exception.Create('boom');
end.
""",
    condition="B = 2",
    exception="throw",
    crash="exception",
    outcome="exited(217)",
    function="Add",
    outermost="main",
)
OBJECTIVE_C = DebugProgram(
    "main.m",
    """\
#import <objc/Object.h>
#include <stdio.h>
#include <stdlib.h>

struct point { int x; char *name; };

@interface Adder : Object
+ (int)add:(int)a to:(int)b;
@end

@implementation Adder
+ (int)add:(int)a to:(int)b {
    int c = a + b; // MARK inside
    return c;
}
@end

int main(void) {
    struct point p = {1, "p"};
    int total = 0;
    char name[50];
    for (int i = 0; i < 5; i++)
        total = [Adder add: total to: i];
    printf("total %d\\n", total); // MARK total
    if (!scanf("%49s", name)) return 1;
    printf("Hello %s %d\\n", name, p.x); // MARK greeting
    @throw [Adder class];
}
""",
    exception="throw",
    crash="exception",
    outcome=KILLED,
    function="+[Adder add:to:]",
    outermost="main",
)
MODULA_2 = DebugProgram(
    "main.mod",
    """\
MODULE main;

FROM STextIO IMPORT ReadString, SkipLine, WriteLn, WriteString;
FROM SWholeIO IMPORT WriteInt;

TYPE
  Point = RECORD
    x: INTEGER;
    name: ARRAY [0..9] OF CHAR;
  END;

VAR
  total, i: INTEGER;
  name: ARRAY [0..99] OF CHAR;

PROCEDURE add(a, b: INTEGER): INTEGER;
VAR
  c: INTEGER;
BEGIN
  c := a + b; (* MARK inside *)
  RETURN c
END add;

PROCEDURE run;
VAR
  p: Point;
BEGIN
  p.x := 1;
  p.name := 'p';
  total := 0;
  FOR i := 0 TO 4 DO
    total := add(total, i)
  END;
  WriteString('total '); (* MARK total *)
  WriteInt(total, 0);
  WriteLn;
  ReadString(name);
  SkipLine;
  WriteString('Hello '); (* MARK greeting *)
  WriteString(name);
  WriteLn;
  HALT(1)
END run;

BEGIN
  run
END main.
""",
    condition="b = 2",
    outermost="main",
)
VALA = DebugProgram(
    "main.vala",
    """\
struct Point { int x; string name; }

int add (int a, int b) {
    int c = a + b; // MARK inside
    return c;
}

int main () {
    Point p = { 1, "p" };
    int total = 0;
    for (int i = 0; i < 5; i++)
        total = add (total, i);
    print ("total %d\\n", total); // MARK total
    string name = stdin.read_line ();
    print ("Hello %s%d\\n", name, p.x); // MARK greeting
    Process.abort ();
}
""",
    crash="SIGABRT",
    outcome=KILLED,
    outermost="main",
)
ASSEMBLY = DebugProgram(
    "main.asm",
    """\
        global  _start

        section .data
total:  db      "total "
digits: db      "00", 10
total.size: equ $ - total
hello:  db      "Hello "
.size:  equ     $ - hello

        section .bss
name:   resb    50

        section .text
_start: mov     rdi, 0
        mov     r12, -5
.next:  lea     rsi, [r12 + 5]
        call    add
        mov     rdi, rax
        inc     r12
        jnz     .next
        mov     rcx, 10
        mov     rdx, 0                  ; MARK total
        div     rcx
        add     [digits], al
        add     [digits + 1], dl
        mov     rsi, total
        mov     rdx, total.size
        call    write
        mov     rax, 0
        mov     rdi, 0
        mov     rsi, name
        mov     rdx, 50
        syscall
        mov     rsi, hello              ; MARK greeting
        mov     rdx, hello.size
        call    write
        mov     rsi, name
        mov     rdx, 50
        call    write
        ud2

add:    mov     rax, rdi
        add     rax, rsi                ; MARK inside
        ret

write:  mov     rax, 1
        mov     rdi, 1
        syscall
        ret
""",
    condition="$rsi == 2",
    expression="$rdi*100+$rsi",
    log="total is {$rdi}",
    names=("rdi", "rsi"),
    has_structure=False,
    argument="rsi",
    crash="SIGILL",
    outcome="killed by signal 4 (SIGILL)",
    outermost="_start.next",
)
ZIG = DebugProgram(
    "main.zig",
    """\
const std = @import("std");

const Point = struct { x: i32, name: []const u8 };

fn add(a: i32, b: i32) i32 {
    const c = a + b; // MARK inside
    return c;
}

pub fn main() !void {
    var p = Point{ .x = 0, .name = "p" };
    p.x = 1;
    var total: i32 = 0;
    for (0..5) |i| {
        total = add(total, @intCast(i));
    }
    std.debug.print("total {d}\\n", .{total}); // MARK total
    var buffer: [100]u8 = undefined;
    var reader = std.fs.File.stdin().reader(&buffer);
    const name = try reader.interface.takeDelimiterExclusive('\\n');
    std.debug.print("Hello {s}{d}\\n", .{ name, p.x }); // MARK greeting
    return error.Boom;
}
""",
    is_set_heeded=False,
    function="main.add",
    outermost="main.main",
)
NATIVE = {
    "ada": ADA,
    "assembly": ASSEMBLY,
    "d": D,
    "fortran": FORTRAN,
    "modula-2": MODULA_2,
    "objective-c": OBJECTIVE_C,
    "pascal": PASCAL,
    "vala": VALA,
    "zig": ZIG,
}

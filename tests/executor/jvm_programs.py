"""The programs of `debug_programs` in further languages of the JVM."""

from tests.executor.debug_programs import DebugProgram

GROOVY = DebugProgram(
    "main.groovy",
    """\
class Point { int x = 1; List items = [1, 2, 3] }

def add(int a, int b) {
    int c = a + b // MARK inside
    return c
}

def p = new Point()
int total = 0
for (int i = 0; i < 5; i++)
    total = add(total, i)
println "total $total" // MARK total
def name = System.in.newReader().readLine()
println "Hello $name ${p.x}" // MARK greeting
throw new RuntimeException('boom')
""",
    can_set=False,
    exception="uncaught",
)
KOTLIN = DebugProgram(
    "main.kt",
    """\
class Point(val x: Int, val items: List<Int>)

fun add(a: Int, b: Int): Int {
    val c = a + b // MARK inside
    return c
}

fun main() {
    val p = Point(1, listOf(1, 2, 3))
    var total = 0
    for (i in 0..4)
        total = add(total, i)
    println("total $total") // MARK total
    val name = readln()
    println("Hello $name ${p.x}") // MARK greeting
    throw RuntimeException("boom")
}
""",
    can_set=False,
    exception="uncaught",
    crash="RuntimeException",
)
SCALA = DebugProgram(
    "Main.scala",
    """\
import scala.io.StdIn

class Point(val x: Int, val items: List[Int])

object Main {
  def add(a: Int, b: Int): Int = {
    val c = a + b // MARK inside
    c
  }

  def main(args: Array[String]): Unit = {
    val p = new Point(1, List(1, 2, 3))
    var total = 0
    var i = 0
    while (i < 5) {
      total = add(total, i)
      i += 1
    }
    println("total " + total) // MARK total
    val name = StdIn.readLine()
    println("Hello " + name + p.x) // MARK greeting
    throw new RuntimeException("boom")
  }
}
""",
    can_set=False,
    exception="uncaught",
    crash="RuntimeException",
)
JVM = {"groovy": GROOVY, "kotlin": KOTLIN, "scala": SCALA}

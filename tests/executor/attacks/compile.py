"""Attacks on compilers: small texts that make them read, compute or write without end."""

from executor.run import RunLimits
from tests.executor.attacks.attack import (
    LIMITS,
    OUT_OF_CPU,
    OUT_OF_MEMORY,
    Attack,
    attack,
)

REFUSED = "compile failed: exited(1)"
TOO_LONG = "compile failed: timed out after 5 s"
TOO_MUCH_CPU = "compile failed: CPU time limit of 5 s"
TOO_LARGE = ("compile failed: out of memory at 128 MiB", "compile failed: out of memory at 512 MiB")
ENDLESS = (TOO_LONG, TOO_MUCH_CPU, *TOO_LARGE)

# What the compiler of the language that everybody has can be made to do.
INTERPRETED = (
    attack(
        "source without end",
        "has Python compile texts that nest, repeat and fold constants, each twice as long",
        """
        print('worst', flush=True)
        length = 1000
        while True:
            for bomb in ('(' * length, '[1,' * length, '-' * length + '1', 'a' + '.a' * length,
                         '9' * length, "'x' * 10**10", '1 << 10**10', 'f"{' * length):
                try: compile(bomb, 'bomb', 'eval')
                except (SyntaxError, MemoryError, RecursionError, ValueError, OverflowError): pass
            length *= 2
        """,
        OUT_OF_CPU,
        OUT_OF_MEMORY,
        "killed by signal 11 (SIGSEGV)",
        says="worst",
    ),
)


def bomb(
    runtime: str,
    name: str,
    tries: str,
    source: str,
    *outcomes: str,
    limits: RunLimits = LIMITS,
) -> Attack:
    """Return an attack on a compiler; it must come to nothing within its time."""
    plain = attack(name, tries, source, *(outcomes or ENDLESS), limits=limits)
    return Attack(plain.name, tries, plain.source, plain.outcomes, "", limits, runtime)


# Run by the program only: their images are large.
COMPILED = (
    bomb(
        "c",
        "C: huge array",
        "writes an object file of 16 GiB",
        "int a[1LL << 32] = {1};\nint main(void) { return a[0]; }\n",
        "compile failed: exited(4)",
        *ENDLESS,
    ),
    bomb(
        "c",
        "C: a device included",
        "includes /dev/zero, /dev/random and /dev/stdin",
        '#include "/dev/zero"\n#include "/dev/random"\n#include "/dev/stdin"\n'
        "int main(void) { return 0; }\n",
        REFUSED,
        *ENDLESS,
    ),
    bomb(
        "c",
        "C: itself included",
        "includes itself twice, and so on",
        "#include __FILE__\n#include __FILE__\nint main(void) { return 0; }\n",
        REFUSED,
        *ENDLESS,
    ),
    bomb(
        "c",
        "C: secrets assembled in",
        "has the assembler include files of the engine, the host and the first process",
        """
        __asm__(".incbin \\"/proc/1/environ\\"");
        __asm__(".incbin \\"/var/run/docker.sock\\"");
        __asm__(".incbin \\"/etc/shadow\\"");
        int main(void) { return 0; }
        """,
        REFUSED,
    ),
    bomb(
        "c",
        "C: macros",
        "expands a macro to 2^40 words",
        "\n".join(f"#define A{n + 1} A{n} A{n}" for n in range(40))
        + "\n#define A0 +1\nint main(void) { return 0 A40; }\n",
    ),
    bomb(
        "cpp",
        "C++: templates",
        "instantiates 2^30 templates",
        """
        template <int N, class T> struct Bomb {
            Bomb<N - 1, Bomb<N, T>> left;
            Bomb<N - 1, Bomb<N, Bomb<N, T>>> right;
        };
        template <class T> struct Bomb<0, T> {};
        Bomb<30, int> bomb;
        int main() {}
        """,
    ),
    bomb(
        "cpp",
        "C++: constant expressions",
        "computes constants for ever",
        """
        constexpr long spin(long n) {
            long sum = 0;
            for (long i = 0; i < 4000; i++)
                for (long j = 0; j < 2000; j++) sum += i * n ^ j;
            return sum;
        }
        """
        + "\n".join(f"constexpr long a{n} = spin({n});" for n in range(500))
        + "\nint main() { return a0; }\n",
        REFUSED,
        *ENDLESS,
    ),
    bomb(
        "rust",
        "Rust: macros",
        "doubles a macro's words for ever",
        """
        #![recursion_limit = "4294967295"]
        macro_rules! bomb { ($($word:tt)*) => { bomb!($($word)* $($word)*) } }
        fn main() { bomb!(a b c d); }
        """,
        REFUSED,
        *ENDLESS,
    ),
    bomb(
        "rust",
        "Rust: constant evaluation",
        "evaluates a constant for ever",
        """
        #![allow(long_running_const_eval)]
        const BOMB: u64 = { let mut n = 0u64; loop { n = n.wrapping_add(1); } };
        fn main() { println!("{}", BOMB); }
        """,
    ),
    bomb(
        "rust",
        "Rust: the surroundings included",
        "puts files and variables of the compiler's surroundings into the program",
        """
        const FIRST: &[u8] = include_bytes!("/proc/1/environ");
        const SOCKET: &[u8] = include_bytes!("/var/run/docker.sock");
        fn main() { println!("BROKE {:?} {:?}", FIRST, SOCKET); }
        """,
        REFUSED,
    ),
    bomb(
        "go",
        "Go: giant array",
        "puts an array of 8 GiB into the program",
        """
        package main

        var a = [1 << 30]int64{1<<30 - 1: 1}

        func main() { println(a[0]) }
        """,
        REFUSED,
        "compile failed: exited(2)",
        *ENDLESS,
    ),
    bomb(
        "go",
        "Go: constants",
        "folds constants of millions of digits",
        "package main\n\nconst a0 = 1 << 500\n"
        + "\n".join(f"const a{n + 1} = a{n} * a{n}" for n in range(40))
        + "\n\nfunc main() { println(a40 > 0) }\n",
        REFUSED,
        "compile failed: exited(2)",
        *ENDLESS,
    ),
    bomb(
        "java",
        "Java: constants",
        "folds a constant text of 2^40 characters",
        'class Main {\n    static final String A0 = "xxxxxxxxxxxxxxxx";\n'
        + "\n".join(f"    static final String A{n + 1} = A{n} + A{n};" for n in range(36))
        + "\n    public static void main(String[] args) { System.out.println(A36.length()); }\n}\n",
        REFUSED,
        "compile failed: exited(3)",
        "compile failed: exited(4)",
        *ENDLESS,
    ),
)

<?php

declare(strict_types=1);

namespace XdebugDap;

use PhpToken;

/**
 * The `try` blocks of one file, read from its text: Xdebug tells of an exception when it is thrown, and
 * not whether anybody will catch it.
 */
final class TryBlocks
{
    private const MAX_BYTES = 1 << 20; // of a file; what is after that catches nothing
    private const OPENING = [T_CURLY_OPEN, T_DOLLAR_OPEN_CURLY_BRACES, '{'];
    private const NAMES = [T_STRING, T_NAME_QUALIFIED, T_NAME_FULLY_QUALIFIED, T_NAME_RELATIVE];

    /** @var list<TryBlock> */
    private array $blocks = [];

    /** @var list<array{int, int, int}> number, first and last line of each function that has ended */
    private array $functions = [];

    /** @var array<string, string> full names by what they are called in the file, in lower case */
    private array $imported = [];

    private string $namespace = '';

    /** @var list<PhpToken> */
    private array $tokens;

    public function __construct(string $text)
    {
        $this->tokens = array_values(array_filter(PhpToken::tokenize($text), fn ($token) => !$token->isIgnorable()));
        $this->read();
    }

    public static function ofFile(string $path): self
    {
        return new self(is_file($path) ? (string) file_get_contents($path, length: self::MAX_BYTES) : '');
    }

    /** @return list<string> the classes that are caught around a line, in its function */
    public function caughtAround(int $line): array
    {
        $function = $this->functionAt($line);
        $around = fn (TryBlock $block) => $block->function === $function && $block->holds($line);
        return array_merge(...array_map(fn ($block) => $block->caught, array_filter($this->blocks, $around)));
    }

    private function functionAt(int $line): int
    {
        $innermost = [0, 0, PHP_INT_MAX];
        foreach ($this->functions as [$number, $first, $last]) {
            if ($first <= $line && $line <= $last && $last - $first <= $innermost[2] - $innermost[1]) {
                $innermost = [$number, $first, $last];
            }
        }
        return $innermost[0];
    }

    /** Goes through the file once, with the braces that are open: what each of them began. */
    private function read(): void
    {
        [$open, $functions, $count, $next, $ended] = [[], [0], 0, null, null];
        foreach ($this->tokens as $at => $token) {
            if ($token->is([T_NAMESPACE, T_USE])) {
                $this->readNames($at, $open === []);
            } elseif ($token->is(T_FUNCTION)) {
                $next = [++$count, $token->line];
            } elseif ($token->is(T_TRY)) {
                $next = new TryBlock($token->line, end($functions));
            } elseif ($token->is(T_CATCH) && $ended !== null) {
                array_push($ended->caught, ...$this->classesAfter($at));
                $next = $ended;
            } elseif ($token->is(';')) {
                $next = null; // a function without a body
            } elseif ($token->is(self::OPENING)) {
                $open[] = $next;
                $functions = is_array($next) ? [...$functions, $next[0]] : $functions;
                $next = null;
            } elseif ($token->is('}')) {
                $closed = array_pop($open);
                if (is_array($closed)) {
                    $this->functions[] = [...$closed, $token->line];
                    array_pop($functions);
                } elseif ($closed !== null) {
                    $ended = $this->close($closed, $token->line);
                }
            }
        }
    }

    /** A block is closed at its own brace; those after it are of what it catches. */
    private function close(TryBlock $block, int $line): TryBlock
    {
        if ($block->lastLine === 0) {
            $block->lastLine = $line;
            $this->blocks[] = $block;
        }
        return $block;
    }

    /** @return list<string> what a `catch` at this token names */
    private function classesAfter(int $at): array
    {
        $classes = [];
        while (isset($this->tokens[++$at]) && !$this->tokens[$at]->is([')', T_VARIABLE])) {
            if ($this->tokens[$at]->is(self::NAMES)) {
                $classes[] = $this->fullName($this->tokens[$at]->text);
            }
        }
        return $classes;
    }

    private function fullName(string $name): string
    {
        if ($name[0] === '\\') {
            return substr($name, 1);
        }
        $name = preg_replace('/^namespace\\\\/i', '', $name, count: $isRelative);
        [$first, $rest] = explode('\\', $name, 2) + [1 => null];
        $imported = $isRelative ? null : $this->imported[strtolower($first)] ?? null;
        return $imported === null
            ? ltrim("$this->namespace\\$name", '\\')
            : $imported . ($rest === null ? '' : "\\$rest");
    }

    /** Reads a `namespace`, or a `use` that is outside of classes and functions. */
    private function readNames(int $at, bool $isOutside): void
    {
        [$isNamespace, $prefix, $name] = [$this->tokens[$at]->is(T_NAMESPACE), '', ''];
        while (isset($this->tokens[++$at]) && !$this->tokens[$at]->is([';', '(', T_FUNCTION, T_CONST])) {
            $token = $this->tokens[$at];
            if ($isNamespace) {
                $this->namespace = $token->is(self::NAMES) ? $token->text : '';
                return;
            }
            if ($token->is('{')) {
                $prefix = "$name\\";
            } elseif ($token->is(self::NAMES) && $isOutside) {
                $isAlias = $this->tokens[$at - 1]->is(T_AS);
                $name = $isAlias ? $name : $prefix . ltrim($token->text, '\\');
                $alias = $isAlias ? $token->text : basename(strtr($name, '\\', '/'));
                $this->imported[strtolower($alias)] = $name;
            }
        }
    }
}

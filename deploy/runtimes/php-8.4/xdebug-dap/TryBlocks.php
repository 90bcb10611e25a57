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
    /** @var list<TryBlock> */
    private array $blocks = [];

    /** @var list<array{int, int, int}> number, first and last line of each function that has ended */
    private array $functions = [];

    /** @param list<PhpToken> $tokens of the file, without spaces and comments */
    public function __construct(private readonly array $tokens, private readonly Names $names)
    {
        $this->read();
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
            if ($token->is(T_FUNCTION)) {
                $next = [++$count, $token->line];
            } elseif ($token->is(T_TRY)) {
                $next = new TryBlock($token->line, end($functions));
            } elseif ($token->is(T_CATCH) && $ended !== null) {
                array_push($ended->caught, ...$this->classesAfter($at));
                $next = $ended;
            } elseif ($token->is(';')) {
                $next = null; // a function without a body
            } elseif ($token->is(Source::OPENING)) {
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
            if ($this->tokens[$at]->is(Names::NAMES)) {
                $classes[] = $this->names->full($this->tokens[$at]->text);
            }
        }
        return $classes;
    }
}

<?php

declare(strict_types=1);

namespace XdebugDap;

/** A `try` in a file, with what it catches. */
final class TryBlock
{
    /** @var list<string> full names of classes */
    public array $caught = [];

    public int $lastLine = 0;

    /** @param int $function which function of its file it is in, by number */
    public function __construct(public readonly int $firstLine, public readonly int $function)
    {
    }

    /** The line that closes it is taken for what comes after it: `} catch (Wrong $e) { throw $e; }`. */
    public function holds(int $line): bool
    {
        return $line === $this->firstLine || ($line > $this->firstLine && $line < $this->lastLine);
    }
}

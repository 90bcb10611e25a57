<?php

declare(strict_types=1);

namespace XdebugDap;

use ReflectionFunction;
use ReflectionMethod;
use SimpleXMLElement;

/** The stack where the program stands. One that is deep is read a frame at a time. */
final class Stack
{
    private const LEVELS_READ = 500; // at most, when all are asked for
    private const AT_ONCE = 50;

    private readonly int $depth;

    /** @var array<int, SimpleXMLElement> by level */
    private array $read = [];

    public function __construct(private readonly Engine $engine)
    {
        $this->depth = (int) $engine->ask('stack_depth')['depth'];
    }

    public function isEmpty(): bool
    {
        return $this->depth === 0;
    }

    /** The level of the innermost frame that has variables: functions of PHP's own have none. */
    public function top(): int
    {
        $level = 0;
        while ($level < $this->depth - 1 && self::isBuiltIn((string) $this->frame($level)['where'])) {
            ++$level;
        }
        return $level;
    }

    /** @return iterable<SimpleXMLElement> the frames, from the innermost on */
    public function frames(): iterable
    {
        for ($level = 0; $level < min($this->depth, self::LEVELS_READ); ++$level) {
            yield $this->frame($level);
        }
    }

    /** @return array{stackFrames: list<array>, totalFrames: int} as the client sees them */
    public function told(int $start, int $levels): array
    {
        $top = $this->top();
        $first = $top + $start;
        $last = min($this->depth, $first + min($levels ?: self::LEVELS_READ, self::LEVELS_READ)) - 1;
        $frames = $first > $last ? [] : array_map($this->toldFrame(...), range($first, $last));
        return ['stackFrames' => $frames, 'totalFrames' => $this->depth - $top];
    }

    private function toldFrame(int $level): array
    {
        $frame = $this->frame($level);
        $path = Paths::path((string) $frame['filename']);
        $name = (string) $frame['where'];
        return ['id' => $level + 1, 'name' => $name, 'line' => (int) $frame['lineno'], 'column' => 1]
            + ($path === '' ? [] : ['source' => ['name' => basename($path), 'path' => $path]])
            + (self::isBuiltIn($name) ? ['presentationHint' => 'subtle'] : []);
    }

    private function frame(int $level): SimpleXMLElement
    {
        if ($this->read === [] && $this->depth <= self::AT_ONCE) {
            foreach ($this->engine->ask('stack_get')->stack as $frame) {
                $this->read[] = $frame;
            }
        }
        return $this->read[$level] ??= $this->engine->ask('stack_get', ['d' => $level])->stack;
    }

    /** This is the same PHP as the program's, so what is built into it is built in here. */
    private static function isBuiltIn(string $name): bool
    {
        [$class, $method] = preg_split('/->|::/', $name, 2) + [1 => null];
        if ($method === null) {
            return function_exists($name) && (new ReflectionFunction($name))->isInternal();
        }
        return method_exists($class, $method) && (new ReflectionMethod($class, $method))->isInternal();
    }
}

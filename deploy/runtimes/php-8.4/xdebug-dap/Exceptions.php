<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/** Which exceptions and errors to stop at. */
final class Exceptions
{
    public const FILTERS = [
        ['filter' => 'uncaught', 'label' => 'Uncaught exceptions', 'default' => true],
        ['filter' => 'all', 'label' => 'All exceptions'],
        ['filter' => 'warnings', 'label' => 'Warnings and notices', 'description' => self::REPORTED],
    ];
    private const REPORTED = 'Stops where PHP warns of something that is not silenced';
    private const EXCEPTIONS = ['Exception', 'Error'];
    private const FATAL = ['Fatal error', 'Catchable fatal error'];
    private const WARNINGS = ['Warning', 'Notice', 'Deprecated'];
    private const UNCAUGHT = 'Uncaught '; // how PHP reports an exception that it was stopped at before

    /** @var list<string> */
    private array $filters = [];

    /** @var array<string, string> the engine's numbers by what it calls them */
    private array $sent = [];

    private bool $areChanged = false;

    public function set(array $filters): void
    {
        $this->filters = $filters;
        $this->areChanged = true;
    }

    public function areChanged(): bool
    {
        return $this->areChanged;
    }

    /** Tells the engine of what has changed; it listens while the program stands still. */
    public function send(Engine $engine): void
    {
        $wanted = $this->wanted();
        foreach (array_diff(array_keys($this->sent), $wanted) as $name) {
            $engine->ask('breakpoint_remove', ['d' => $this->sent[$name]]);
            unset($this->sent[$name]);
        }
        foreach (array_diff($wanted, array_keys($this->sent)) as $name) {
            $answer = $engine->ask('breakpoint_set', ['t' => 'exception', 'x' => $name]);
            $this->sent[$name] = (string) $answer['id'];
        }
        $this->areChanged = false;
    }

    /** Whether to stop here for it. */
    public function include(Thrown $thrown, Stack $stack, Evaluation $evaluation): bool
    {
        if (in_array($thrown->class, self::WARNINGS, true)) {
            return $this->has('warnings') && self::isReported($thrown, $stack, $evaluation);
        }
        if (in_array($thrown->class, self::FATAL, true)) {
            return !$stack->isEmpty() && !str_starts_with($thrown->message, self::UNCAUGHT);
        }
        return $this->has('all') || ($this->has('uncaught') && !self::isCaught($thrown, $stack, $evaluation));
    }

    private function has(string $filter): bool
    {
        return in_array($filter, $this->filters, true);
    }

    /** @return list<string> */
    private function wanted(): array
    {
        $ofExceptions = $this->has('uncaught') || $this->has('all');
        return [
            ...($ofExceptions ? [...self::EXCEPTIONS, ...self::FATAL] : []),
            ...($this->has('warnings') ? self::WARNINGS : []),
        ];
    }

    /** Whether it is neither below the program's level of reporting nor silenced by an `@`. */
    private static function isReported(Thrown $thrown, Stack $stack, Evaluation $evaluation): bool
    {
        return $evaluation->holds(Expression::trusted("error_reporting() & $thrown->severity"), $stack->top());
    }

    private static function isCaught(Thrown $thrown, Stack $stack, Evaluation $evaluation): bool
    {
        $caught = [];
        foreach ($stack->frames() as $frame) {
            $path = Paths::path((string) $frame['filename']);
            array_push($caught, ...($path === '' ? [] : self::blocks($path)->caughtAround((int) $frame['lineno'])));
        }
        if ($caught === []) {
            return false;
        }
        $names = fn (string $class) => Literals::quoted($class);
        $code = sprintf(
            'array_any([%s], fn ($class) => is_a(%s, $class, true))',
            implode(', ', array_map($names, array_unique($caught))),
            $names($thrown->class),
        );
        return $evaluation->holds(Expression::trusted($code), $stack->top());
    }

    private static function blocks(string $path): TryBlocks
    {
        static $read = [];
        return $read[$path] ??= TryBlocks::ofFile($path);
    }
}

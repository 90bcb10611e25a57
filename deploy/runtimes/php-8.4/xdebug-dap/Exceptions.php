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

    /** @var array<string, bool> whether a class is another's, by the code that tells */
    private array $known = [];

    public function set(array $filters): void
    {
        $this->filters = $filters;
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
    }

    /** Whether to stop here for it; it is stopped at if that can't be told. */
    public function include(Thrown $thrown, Stack $stack, Evaluation $evaluation): bool
    {
        try {
            return $this->isWanted($thrown, $stack, $evaluation);
        } catch (Refused) {
            return true;
        }
    }

    private function isWanted(Thrown $thrown, Stack $stack, Evaluation $evaluation): bool
    {
        return match (true) {
            !$thrown->isReport() => $this->has('all')
                || ($this->has('uncaught') && !$this->isCaught($thrown, $stack, $evaluation)),
            in_array($thrown->class, self::WARNINGS, true) => $this->has('warnings')
                && self::isReported($thrown, $stack, $evaluation),
            default => !$stack->isEmpty() && !str_starts_with($thrown->message, self::UNCAUGHT),
        };
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

    private function isCaught(Thrown $thrown, Stack $stack, Evaluation $evaluation): bool
    {
        $caught = [];
        foreach ($stack->frames() as $frame) {
            $tries = Source::of(Paths::path((string) $frame['filename']))->tries;
            array_push($caught, ...$tries->caughtAround((int) $frame['lineno']));
        }
        $caught = array_unique($caught);
        return array_any($caught, fn (string $class) => $this->isA($thrown, $class, $stack, $evaluation));
    }

    /** Asked once only: what a class extends never changes. */
    private function isA(Thrown $thrown, string $class, Stack $stack, Evaluation $evaluation): bool
    {
        $parent = strtok($thrown->class, '@'); // of a class without a name
        $code = sprintf('is_a(%s, %s, true)', Literals::quoted($parent), Literals::quoted($class));
        return $this->known[$code] ??= $evaluation->holds(Expression::trusted($code), $stack->top());
    }
}

<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/** The lines and functions to stop at: as the client wants them, as the engine has them. */
final class Breakpoints
{
    private const FUNCTIONS = ''; // the place of those that are in no file
    private const NOT_LOADED = 'PHP has loaded no code at this line yet';
    private const PENDING = 'from the next line on that runs';

    /** @var array<string, list<Breakpoint>> by file */
    private array $wanted = [];

    /** @var array<string, true> the places that the engine has not been told of */
    private array $changed = [];

    /** @var list<string> the engine's numbers of those that are wanted no longer */
    private array $dropped = [];

    private int $count = 0;

    /** Has these lines of a file, and no others. */
    public function setLines(string $path, array $asked): void
    {
        $this->set($path, array_map(fn (array $each) => $this->made($path, $each), $asked));
    }

    /** Has these functions, and no others. */
    public function setFunctions(array $asked): void
    {
        $this->set(self::FUNCTIONS, array_map(fn (array $each) => $this->made(self::FUNCTIONS, $each), $asked));
    }

    /** @return array{breakpoints: list<array>} what has become of a file's, or of the functions */
    public function told(string $path = self::FUNCTIONS): array
    {
        return ['breakpoints' => array_map(fn (Breakpoint $each) => $each->told(), $this->wanted[$path] ?? [])];
    }

    /**
     * Tells the engine of what has changed; it listens while the program stands still.
     *
     * @return list<Breakpoint> those that it has been told of
     */
    public function send(Engine $engine): array
    {
        foreach ($this->dropped as $id) {
            $engine->ask('breakpoint_remove', ['d' => $id]);
        }
        $sent = array_merge(...array_values(array_intersect_key($this->wanted, $this->changed)));
        [$this->dropped, $this->changed] = [[], []];
        foreach ($sent as $breakpoint) {
            self::sendOne($engine, $breakpoint);
        }
        return $sent;
    }

    /** Takes the engine's notice that there is code for one; returns which. */
    public function resolve(SimpleXMLElement $told): ?Breakpoint
    {
        $breakpoint = $this->withEngineId((string) $told['id']);
        $breakpoint?->resolve($told);
        return $breakpoint;
    }

    public function withEngineId(string $id): ?Breakpoint
    {
        return array_find($this->all(), fn (Breakpoint $each) => $each->engineId === $id);
    }

    /** @return list<Breakpoint> those that are at this line, which may be not the one that was asked for */
    public function atLine(string $path, int $line): array
    {
        $isThere = fn (Breakpoint $each) => $each->isVerified && $each->line === $line;
        return array_values(array_filter($this->wanted[$path] ?? [], $isThere));
    }

    /** @param list<Breakpoint> $breakpoints */
    private function set(string $place, array $breakpoints): void
    {
        foreach ($this->wanted[$place] ?? [] as $old) {
            if ($old->engineId !== null) {
                $this->dropped[] = $old->engineId;
            }
        }
        $this->wanted[$place] = $breakpoints;
        $this->changed[$place] = true;
    }

    private function made(string $path, array $asked): Breakpoint
    {
        // Xdebug knows a method as Class::method, and functions without the leading backslash.
        $function = rtrim(str_replace('->', '::', ltrim(trim($asked['name'] ?? ''), '\\')), '()');
        $condition = trim($asked['condition'] ?? '');
        $made = new Breakpoint(++$this->count, $path, (int) ($asked['line'] ?? 0), $function, $condition);
        $made->message = self::PENDING;
        return $made;
    }

    private static function sendOne(Engine $engine, Breakpoint $breakpoint): void
    {
        try {
            $condition = $breakpoint->condition === '' ? null : Expression::of($breakpoint->condition);
            $answer = $engine->ask('breakpoint_set', ...self::command($breakpoint, $condition));
            $breakpoint->engineId = (string) $answer['id'];
            $breakpoint->message = self::NOT_LOADED;
            $breakpoint->resolve($engine->ask('breakpoint_get', ['d' => $breakpoint->engineId])->breakpoint);
        } catch (Refused $refusal) {
            $breakpoint->message = $refusal->getMessage();
        }
    }

    /** Xdebug heeds conditions at lines only, and takes nothing for true but `true`. */
    private static function command(Breakpoint $breakpoint, ?Expression $condition): array
    {
        if ($breakpoint->function !== '') {
            return [['t' => 'call', 'm' => $breakpoint->function]];
        }
        $place = ['f' => Paths::uri($breakpoint->path), 'n' => $breakpoint->line];
        if ($condition === null) {
            return [['t' => 'line'] + $place];
        }
        $code = Source::of($breakpoint->path)->names->declared() . "return (bool) ({$condition->text}\n);";
        return [['t' => 'conditional'] + $place, Evaluation::asValue($code)];
    }

    /** @return list<Breakpoint> */
    private function all(): array
    {
        return array_merge(...array_values($this->wanted));
    }
}
